"""`filterdns lists sample`: names drawn by lot, for people to look at again."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from hashlib import blake2b
from heapq import nsmallest
from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.lists.names_of import PROTECTIONS, Kinds, ListedNames
from filterdns.lists.release import Release, open_current
from filterdns.lists.sightings import Sightings
from filterdns.names import name_text

COLUMNS = ("name", "categories", "sources", "first_seen", "still_right", "note")


@click.command("sample")
@click.option("--seed", type=int, required=True, help="Another number draws other names; the same draws the same.")
@click.option("--category", default="", metavar="ID", help="Only names in this category.")
@click.option("--count", type=click.IntRange(1, 10_000), default=100, show_default=True)
@with_state
def command(state: Path, seed: int, category: str, count: int) -> None:
    """Draw names by lot from the release in force, as CSV with two empty columns for whoever looks at them."""
    release = open_current(state)
    memory = Sightings(release)
    rows = csv.writer(sys.stdout)
    rows.writerow(COLUMNS)
    for wire, kinds in draw(release, seed, category, count):
        name = name_text(wire)
        first = min((sighting.first.isoformat() for sighting in memory.named(name.encode("ascii"))), default="")
        rows.writerow((name, " ".join(sorted(kinds.categories)), " ".join(sorted(kinds.sources)), first, "", ""))


def draw(release: Release, seed: int, category: str, count: int) -> list[tuple[bytes, Kinds]]:
    """So many listed names, each as likely as any other; anybody who has the release can draw the same ones."""
    key = blake2b(f"{release.manifest.inputs_sha256} {seed}".encode(), digest_size=16).digest()

    def listed() -> Iterator[tuple[bytes, bytes, Kinds]]:
        for wire, kinds in ListedNames(release).walk():
            named = kinds.categories - set(PROTECTIONS)
            if category in named if category else named:
                yield blake2b(wire, digest_size=8, key=key).digest(), wire, kinds

    return [(wire, kinds) for _, wire, kinds in nsmallest(count, listed(), key=lambda lot: lot[:2])]
