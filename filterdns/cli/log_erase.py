"""`filterdns log erase COMMITMENT`: remove what a statement says; the log keeps that there was one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.clock import Clock
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.erasing.traces import check_ended, find_others, find_traces
from filterdns.log.record.entries import WHYS
from filterdns.log.record.statements import open_statement


@click.command("erase")
@click.argument("commitment")
@click.option("--why", required=True, type=click.Choice(WHYS), help="It is in the log for good.")
@with_state
def command(commitment: str, why: str, state: Path) -> None:
    """Erase the body of a statement, by its commitment (64 hexadecimal digits, on the page of the name).

    In this order: change the file that the reason stands in, build (`filterdns lists build`), erase, and remove the
    copies of that file that this command then names.
    """
    body = open_statement(state, commitment)
    check_ended(state, commitment)
    others, traces = (find_others(state, body), find_traces(state, body)) if body is not None else ([], [])
    if not erase_statement(state, commitment, why, Clock().when()):
        click.echo(f"{commitment} was erased before")
        return
    click.echo(f"{commitment} is erased, and the log says so; copies that others made are not ours to erase")
    for line in lines_about(others, traces):
        click.echo(line)


def lines_about(others: Sequence[str], traces: Sequence[Path]) -> Iterator[str]:
    """What is left to do."""
    if others:
        yield "other statements about the same name, if they have to go too:"
        yield from (f"  filterdns log erase {commitment}" for commitment in others)
    if traces:
        yield "files that were kept and still name it; remove them, and it is gone from here:"
        yield from (f"  rm {path}" for path in traces)
        yield "`filterdns log replay` then says which inputs are missing; nothing else needs them. Releases from before"
        yield "the change have it until newer ones have taken their place"
