"""`filterdns desk backup` and `desk check`: the casebook as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from filterdns.cli.desk_place import with_casebook
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.written import read_written
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk.signatures import Signed, signatures_of, strange_approvals


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_casebook(made=False)
def backup(casebook: Casebook, file: Path, **_: Any) -> None:
    """Copy the casebook into FILE, which is not there yet, while filterdns runs.

    It holds what people wrote and their addresses: keep it where nobody else reads it, and no longer than you need.
    To go back, stop filterdns and put it in the place of STATE/desk/cases.sqlite, without the -wal and -shm beside it.
    """
    casebook.backup(file)
    click.echo(f"{file}: {file.stat().st_size} octets, checked")


@click.command("check")
@with_casebook(made=False)
def check(casebook: Casebook, state: Path, **_: Any) -> None:
    """Say whether the casebook is whole, every case what its events make of it, and every signature its owner's."""
    faults = casebook.check()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo("the casebook is damaged: keep a copy of it as it is, then go back to a backup", err=True)
        raise click.exceptions.Exit(1)
    click.echo("the casebook is whole")
    signed = _signed(casebook)
    wrong = [each.fault for each in signed if each.fault] + list(_strange(state, signed))
    for fault in wrong:
        click.echo(fault, err=True)
    if signed:
        strangers = sum(not each.is_known for each in signed)
        good = sum(each.is_known and not each.fault for each in signed)
        others = f", {strangers} are of keys that are not registered now" if strangers else ""
        click.echo(f"{good} signatures are of those who are said to have signed{others}")
    if wrong:
        raise click.exceptions.Exit(1)


def _signed(casebook: Casebook) -> list[Signed]:
    vkeys = {person.pseudonym: person.vkey for person in casebook.people.all(removed=True)}
    cases = [number for number, _ in casebook.names_after(0)]
    return [each for case in cases for each in signatures_of(casebook.events(case), lambda by: vkeys.get(by, ""))]


def _strange(state: Path, signed: list[Signed]) -> Iterator[str]:
    """Signed approvals in the lists of this installation that the casebook does not have."""
    overlay = state / "lists"
    if not overlay.is_dir():
        return
    known = frozenset((each.event.by, each.sig) for each in signed if not each.fault)
    for placed in read_written(shipped_folder(), overlay).listings:
        if placed.source.is_overlay:
            yield from strange_approvals(placed.value.approvals, placed.name.decode(), placed.value.category, known)
