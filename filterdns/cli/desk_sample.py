"""`filterdns desk checked`: names that were drawn by lot come back with what people said of them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from filterdns.cli.desk_place import with_casebook
from filterdns.cli.lists_update import run_update
from filterdns.cli.places import load_installed
from filterdns.clock import Clock
from filterdns.lists.deeds import Deeds
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import open_current
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.sources import OVERLAY
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.numbers.rows import OWN
from filterdns.transparency.numbers.samples import (
    MOST_OCTETS,
    Sampled,
    add_samples,
    load_samples,
    precision_of,
    read_sample,
)

_OWN_FOLDER = "own/"


@click.command("checked")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--as", "pseudonym", required=True, metavar="PSEUDONYM", help="Who looked at the names.")
@click.option("--category", default="", metavar="ID", help="What was looked at, if the names were drawn from one.")
@with_casebook(made=False)
def checked(casebook: Casebook, state: Path, file: Path, pseudonym: str, category: str, **_: Any) -> None:
    """Take back FILE, the CSV of `filterdns lists sample` with `yes` or `no` as still_right.

    A public list with more than one wrong name in twenty, of at least twenty in a quarter, is switched off.
    """
    person = casebook.people.get(pseudonym)
    if person is None or person.removed is not None:
        raise click.ClickException(f"--as: expected somebody of the desk, got {pseudonym}; see `filterdns desk list`")
    with file.open("rb") as opened:
        octets = opened.read(MOST_OCTETS + 1)
    if len(octets) > MOST_OCTETS:
        raise click.ClickException(f"{file}: expected at most {MOST_OCTETS} octets")
    today, digest = Clock().when().date(), sha256(octets).hexdigest()
    if digest in {each.file for each in load_samples(state)}:
        raise click.ClickException(f"{file}: it was handed in before, and counts once")
    try:
        counts = read_sample(octets.decode("utf-8-sig"), _category_of(open_current(state).manifest, category))
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from None
    if not counts:
        raise click.ClickException(f"{file}: expected yes or no as still_right of some names, got none")
    new = [Sampled(digest, today, pseudonym, of, source, *count) for (source, of), count in sorted(counts.items())]
    add_samples(state, new, today)
    for each in new:
        click.echo(f"{each.source} ({each.category}): {each.wrong} of {each.looked_at} wrong")
    _suspend(state, [each.source for each in precision_of(load_samples(state), today) if each.fails])


def _suspend(state: Path, failing: list[str]) -> None:
    """Switch off what errs too often; of our own the desk is told (`numbers.notes`)."""
    recipes, when = load_installed(state), Clock().when()
    on = {recipe.id for recipe in recipes.all if recipes.is_on(recipe)}
    lists = [source for source in dict.fromkeys(failing) if source in on]
    if OWN in failing:
        click.echo("own entries: more than one in fifty is wrong; look at them as a whole")
    for source in lists:
        switched = Deeds(shipped_folder(), state).switch(source, False, when)
        click.echo(f"{source}: more than one name in twenty is wrong. {switched}")
    if lists:
        click.echo("Tell the keepers of the list. `filterdns lists sources on` brings it back.")
        run_update(state, fetch=False)


def _category_of(manifest: Manifest, only: str) -> Callable[[str], str]:
    """Of a public list or a file of ours; protections and a household's lists are judged by nobody here."""

    def find(source: str) -> str:
        used = manifest.lists.get(source)
        file = source.removeprefix(OVERLAY)
        found = "" if used is None or used.household else used.category
        if used is None and file.startswith(_OWN_FOLDER):
            found = file.removeprefix(_OWN_FOLDER).removesuffix(".yaml")
        return found if only in ("", found) else ""

    return find
