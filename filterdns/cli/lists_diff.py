"""`filterdns lists diff A B`: what came and what went between two releases that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.lists.names_of import Kinds, ListedNames
from filterdns.lists.release import open_release
from filterdns.names import name_text

CATEGORY, SOURCE = "category", "source"


@click.command("diff")
@click.argument("before", type=click.IntRange(min=1), metavar="A")
@click.argument("after", type=click.IntRange(min=1), metavar="B")
@click.option("--by", default=CATEGORY, metavar="category,source", help="What to count by.")
@click.option("--names", is_flag=True, help="Every name too.")
@with_state
def command(state: Path, before: int, after: int, by: str, names: bool) -> None:
    """Show what came (+) and what went (-) from release A to release B."""
    kinds = tuple(word.strip() for word in by.split(","))
    if not kinds or any(word not in (CATEGORY, SOURCE) for word in kinds):
        raise click.ClickException(f"--by: expected category, source or both, got {by!r}")
    old, new = (ListedNames(open_release(state, number)) for number in (before, after))
    counts: Counter[tuple[str, str]] = Counter()
    for sign, wire, keys in differences(old, new, kinds):
        for key in keys:
            counts[key, sign] += 1
            if names:
                click.echo(f"{sign}{key} {name_text(wire)}")
    for key in sorted({key for key, _ in counts}):
        click.echo(f"{key}: +{counts[key, '+']:,} -{counts[key, '-']:,}")
    if not counts:
        click.echo(f"no name came or went between release {before} and release {after}")


def differences(old: ListedNames, new: ListedNames, by: tuple[str, ...]) -> Iterator[tuple[str, bytes, list[str]]]:
    """(`+` or `-`, wire name, what it came into or went out of), name by name and without holding them."""
    for sign, here, there in (("-", old, new), ("+", new, old)):
        for wire, kinds in here.walk():
            keys = sorted(_keys(kinds, by) - _keys(there.get(wire), by))
            if keys:
                yield sign, wire, keys


def _keys(kinds: Kinds, by: tuple[str, ...]) -> frozenset[str]:
    if by == (CATEGORY,):
        return kinds.categories
    if by == (SOURCE,):
        return kinds.sources
    return frozenset(f"{category} {source}" for category in kinds.categories for source in kinds.sources)
