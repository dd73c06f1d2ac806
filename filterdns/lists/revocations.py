"""Names that no longer count as listed: read beside a release, so that a removal needs no build.

    STATE/revocations                     suspensions and emergencies, written by people's decisions
    STATE/publisher/revocations           the same of the publisher whose decisions are taken here
    STATE/releases/00000007/allowed       the release's own: allow entries below names that are listed

All are JSON lines: `{"version": 1, "revocations": 2}`, then one revocation a line, sorted by name, so that a reader
can take them in small steps and sees where one is cut off.

A revocation that covers a name cancels each listing of its categories for that name, whichever suffix is listed.
Protections, holds and orders from outside are never cancelled.  Read by workers: nothing heavy is imported here.
"""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from filterdns.categories import Category, Class
from filterdns.errors import StateFault
from filterdns.lists.store_file import store_file

SUSPENDED, EMERGENCY, ALLOWED, PINNED = "suspended", "emergency", "allowed", "pinned"
KINDS = (SUSPENDED, EMERGENCY, ALLOWED, PINNED)
MOST_REVOCATIONS = 20_000  # a hundredth of two million imported names: what a day may suspend by itself at the most
MOST_OCTETS = 4 * 1024 * 1024
MOST_REASON_CHARACTERS = 500
MOST_CATEGORIES = 48  # of one revocation: as many as a table may have
FOREVER = 1 << 31  # later than any day

_VERSION = 1
_NAME = re.compile(rb"(?=.{3,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+\Z")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One name whose listings do not count. `categories`: () is all but orders from outside.

    `since` and `until` are days or moments (ISO 8601, UTC) or ""; `until` is the first day on which the listings count
    again.
    """

    name: bytes
    subdomains: bool
    categories: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    reason: str = ""
    kind: str = SUSPENDED

    @property
    def last_day(self) -> int:
        """The last day on which it holds, since 1970-01-01 UTC. A day that has begun is a whole day."""
        return last_day(self.until)

    def holds_on(self, day: date) -> bool:
        """Whether it holds on this day, UTC."""
        return (day - _EPOCH).days <= self.last_day

    def cancels(self, category: Category) -> bool:
        """Whether a listing in this category is cancelled."""
        return category.klass is not Class.LEGAL and (not self.categories or category.id in self.categories)


def last_day(until: str) -> int:
    """The last day before `until`, since 1970-01-01 UTC; FOREVER for "". Raises ValueError for what is no ISO time."""
    if until == "":
        return FOREVER
    moment = datetime.fromisoformat(until)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    at_midnight = moment.time() == datetime.min.time()
    return (moment.date() - _EPOCH).days - at_midnight


class RevocationTable:
    """Revocations by name, for whoever wants to know which of them cover one."""

    def __init__(self, revocations: Iterable[Revocation] = ()) -> None:
        self._by_name: dict[bytes, list[Revocation]] = {}
        for revocation in revocations:
            self._by_name.setdefault(write_name(revocation.name), []).append(revocation)

    def find(self, qname: bytes, day: int) -> list[Revocation]:
        """Those that cover this canonical name on this day (since 1970-01-01 UTC), the longest name first."""
        return [revocation for revocation in self.about(qname) if day <= revocation.last_day]

    def about(self, qname: bytes) -> list[Revocation]:
        """All that cover this canonical name, also those that have ended, the longest name first."""
        found: list[Revocation] = []
        at = 0
        while length := qname[at]:
            for revocation in self._by_name.get(qname[at:], ()):
                if revocation.subdomains or not at:
                    found.append(revocation)
            at += length + 1
        return found


def cancelled_mask(revocations: Collection[Revocation], categories: Iterable[Category]) -> int:
    """The bits of all categories that these revocations cancel."""
    return sum(category.mask for category in categories if any(r.cancels(category) for r in revocations))


def write_name(name: bytes) -> bytes:
    """Canonical wire form of a name as it stands in a revocation."""
    return b"".join([bytes((len(label),)) + label for label in name.split(b".")]) + b"\0"


# Files


def revocations_file(state: Path) -> Path:
    """Where suspensions and emergencies are kept."""
    return state / "revocations"


def publisher_revocations_file(state: Path) -> Path:
    """Where those of a publisher are kept, as far as it is trusted."""
    return state / "publisher" / "revocations"


def load_suspended(state: Path) -> tuple[Revocation, ...]:
    """All that is suspended here, by whomever. Raises StateFault."""
    return (*load_revocations(revocations_file(state)), *load_revocations(publisher_revocations_file(state)))


def allowed_file(release_folder: Path) -> Path:
    """What the allow entries of a release carve out below names that it lists."""
    return release_folder / "allowed"


def load_revocations(path: Path) -> tuple[Revocation, ...]:
    """All of a file, () if it is not there. Raises StateFault if it cannot be read or is damaged."""
    octets = load_octets(path)
    return () if octets is None else tuple(read_revocations(octets, str(path)))


def load_octets(path: Path) -> bytes | None:
    """The octets of such a file, None if it is not there. Raises StateFault, also if it is larger than it may be."""
    try:
        with path.open("rb") as file:
            octets = file.read(MOST_OCTETS + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateFault(f"{path}: expected revocations, got {error.strerror or error}") from error
    if len(octets) > MOST_OCTETS:
        raise StateFault(f"{path}: expected at most {MOST_OCTETS} octets of revocations, got more")
    return octets


def read_revocations(octets: bytes, where: str) -> Iterator[Revocation]:
    """Revocations in the octets of a file, line by line. Raises StateFault with the number of the line.

    What is not whole must not be used in part: only one who has come to the end has the revocations.
    """
    lines = octets.splitlines()
    line_number, expected = 1, "the first line of revocations"
    try:
        header = json.loads(lines[0])
        if header["version"] != _VERSION or not 0 <= (count := header["revocations"]) <= MOST_REVOCATIONS:
            raise ValueError
        line_number, expected = len(lines), f"{count} revocations, a line each"
        if len(lines) != count + 1:
            raise ValueError
        for line_number, line in enumerate(lines[1:], 2):  # noqa: B007 the fault tells it
            expected = "a revocation"
            yield _read_one(json.loads(line))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise StateFault(f"{where}:{line_number}: expected {expected}, got damaged octets") from error


def _read_one(values: dict[str, Any]) -> Revocation:
    """A revocation of one line. Raises ValueError, KeyError or TypeError."""
    name, subdomains, reason, categories = values["name"], values["subdomains"], values["reason"], values["categories"]
    revocation = Revocation(
        name.encode("ascii"), subdomains, tuple(categories), values["since"], values["until"], reason, values["kind"]
    )
    if fault_of(revocation):
        raise ValueError
    return revocation


def fault_of(revocation: Revocation) -> str:
    """What is wrong with it, as `expected ..., got ...`; "" if nothing is."""
    if not _NAME.match(revocation.name):
        return "expected a name in A-labels with two labels at least, got another text"
    if not isinstance(revocation.subdomains, bool) or revocation.kind not in KINDS:
        return f"expected subdomains true or false and one of {', '.join(KINDS)}, got something else"
    ids = revocation.categories
    if len(ids) > MOST_CATEGORIES or not all(isinstance(id_, str) and 0 < len(id_) <= 64 for id_ in ids):
        return f"expected at most {MOST_CATEGORIES} categories, got something else"
    if not isinstance(revocation.reason, str) or len(revocation.reason) > MOST_REASON_CHARACTERS:
        return f"expected a reason of at most {MOST_REASON_CHARACTERS} characters, got a longer one"
    if any("\ud800" <= character <= "\udfff" for character in revocation.reason):
        return "expected a reason in Unicode, got octets that are none"
    for day in (revocation.since, revocation.until):
        try:
            last_day(day)
        except (ValueError, TypeError):
            return "expected days such as 2030-03-05, got another text"
    return ""


def write_revocations(revocations: Iterable[Revocation], where: str) -> bytes:
    """The octets of a file; the same revocations in any order give the same. Raises StateFault for what may not be."""
    ordered = sorted(set(revocations), key=astuple)
    rows: list[dict[str, Any]] = [{"version": _VERSION, "revocations": len(ordered)}]
    for revocation in ordered:
        name = revocation.name.decode("ascii", "replace")
        if fault := fault_of(revocation):
            raise StateFault(f"{where}: {name}: {fault}")
        rows.append(asdict(revocation) | {"name": name})
    octets = b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in rows)
    if len(ordered) > MOST_REVOCATIONS or len(octets) > MOST_OCTETS:
        limits = f"at most {MOST_REVOCATIONS} revocations in {MOST_OCTETS} octets"
        raise StateFault(f"{where}: expected {limits}, got {len(ordered)} in {len(octets)}")
    return octets


def store_revocations(path: Path, revocations: Iterable[Revocation]) -> None:
    """Replace a file; a crash leaves the old or the new one. Raises StateFault, and then nothing has changed."""
    store_file(path, write_revocations(revocations, str(path)))


def revise_revocations(
    state: Path, change: Callable[[tuple[Revocation, ...]], Iterable[Revocation]]
) -> tuple[Revocation, ...]:
    """Replace the suspensions by what `change` makes of them, one writer at a time; what stands then.

    Raises StateFault, also if the file is damaged: what it held is not known, so it is not written over.
    """
    path = revocations_file(state)
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / "revocations.lock").open("w")
    except OSError as error:
        raise StateFault(f"{state}: expected a folder that can be written, got {error.strerror or error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        store_revocations(path, change(load_revocations(path)))
        return load_revocations(path)
