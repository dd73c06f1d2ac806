"""`filterdns lists look-up FILE`: what lists any number of names, without the network."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from filterdns.cli.lists_options import with_state
from filterdns.cli.lists_show import NEVER, RESTRICTED
from filterdns.clock import Clock, day_number, day_of
from filterdns.errors import NameFault
from filterdns.lists.release import Release, open_current, open_release
from filterdns.lists.revocations import RevocationTable, allowed_file, cancelled_mask, load_revocations, load_suspended
from filterdns.names import name_text
from filterdns.transparency.reasons.typed import TypedFault, read_typed

COLUMNS = ("name", "listed_name", "category", "basis", "source", "ends")

Found = tuple[str, str, str, str, str]


class LookUp:
    """What counts today in one release. Raises IndexFault where it is damaged."""

    def __init__(self, release: Release, state: Path, today: int) -> None:
        self._index, self._rows, self._today = release.open_index(today), release.open_listings(), today
        self._day = day_of(today).isoformat()
        revoked = (*load_suspended(state), *load_revocations(allowed_file(release.folder)))
        self._revoked = RevocationTable(revoked)
        self._masks = {category.id: category.mask for category in self._index.categories}

    def find(self, qname: bytes) -> Iterator[Found]:
        """The listings that cover a canonical name, the longest listed name first."""
        matches = self._index.matches(qname)
        revoked = cancelled_mask(self._revoked.find(qname, self._today), self._index.categories) if matches else 0
        for offset, mask, number in matches:
            for row in self._rows.find(number):
                category, ends = str(row.get("category")), str(row.get("expires", NEVER))
                alone = bool(offset) and row.get("scope") == "exact"
                counts = self._masks.get(category, mask) & mask & ~revoked
                if category != RESTRICTED and counts and not alone and ends > self._day:
                    listed = name_text(qname[offset:])
                    yield listed, category, str(row.get("basis")), str(row.get("source")), row.get("expires", "")


@click.command("look-up")
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
@click.option("--release", "number", type=click.IntRange(min=1), help="One that is kept, on the day it was built.")
@with_state
def command(state: Path, file: TextIO, number: int | None) -> None:
    """Say by what each name of FILE is listed today, as CSV. Nothing is sent anywhere.

    FILE has one name or address of a page in a line; - is the standard input. A name that nothing lists has one row
    with no more than the name, one that several lists name has several. Protected names are listed as p1 or p2.
    """
    release = open_release(state, number) if number else open_current(state)
    when = datetime.fromisoformat(release.manifest.built_at) if number else Clock().when()
    look_up = LookUp(release, state, day_number(when))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    faults = 0
    for at, line in enumerate(file, 1):
        if not (name := line.strip()) or name.startswith("#"):
            continue
        try:
            qname = read_typed(name)
        except (TypedFault, NameFault) as fault:
            faults += 1
            click.echo(f"{file.name}:{at}: expected a name such as example.org, got {name[:80]!r} ({fault})", err=True)
            continue
        for found in list(look_up.find(qname)) or [("",) * 5]:
            rows.writerow((name_text(qname), *found))
    if faults:
        raise click.ClickException(f"{faults:,} lines are no names; all others have their rows")
