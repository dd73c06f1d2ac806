"""Which share of the entries came how: reviewed, imported, ordered, starter (requirements J5 f)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from filterdns.errors import IndexFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.listing import HOLD_CATEGORY
from filterdns.names import parse_name
from filterdns.transparency.public.words import SHARES

_APART = ("protected", "hold")  # counted from the manifest


@dataclass(frozen=True, slots=True)
class Share:
    """One basis. `part`: of all entries that count, 0 to 1."""

    basis: str
    entries: int
    part: float

    @property
    def text(self) -> str:
        """The part in percent; what is there and tiny is not told as nothing."""
        percent = self.part * 100
        if 0 < percent < 0.01:
            return "< 0.01 %"
        if 99.99 < percent < 100:
            return "> 99.99 %"
        return f"{percent:.{0 if percent in (0, 100) else 2}f} %"


@dataclass(frozen=True, slots=True)
class Shares:
    """All kinds in the order of the page; `protected`: names that no list can close."""

    rows: tuple[Share, ...]
    protected: int


def count_shares(
    index: ReleaseIndex,
    rows: ListingRows,
    own_names: Iterable[str],
    listings: int,
    names_by_category: Mapping[str, int],
) -> Shares:
    """The shares in a release. `listings`: pairs of a name and a listing, as its manifest counts them.

    `own_names`: every name that people listed; what is not theirs and not protected was imported.  Names made up for
    tests are no entries.
    """
    found: Counter[str] = Counter()
    bases: dict[int, tuple[str, ...]] = {}
    for name in own_names:
        for number in _set_of(index, parse_name(name)):
            if number not in bases:
                bases[number] = tuple(str(row.get("basis", "")) for row in rows.find(number))
            found.update(basis for basis in bases[number] if basis not in _APART)
    protected = sum(names_by_category.get(level, 0) for level in ("p1", "p2"))
    ours = sum(count for basis, count in found.items() if basis != "imported")
    found["imported"] = max(0, listings - ours - protected - names_by_category.get(HOLD_CATEGORY, 0))
    total = sum(found[basis] for basis in SHARES)
    shares = tuple(Share(basis, found[basis], found[basis] / total) for basis in SHARES) if total else ()
    return Shares(shares, protected)


def _set_of(index: ReleaseIndex, qname: bytes) -> Iterable[int]:
    """The set of the name itself, if anything of it counts today."""
    try:
        return [number for offset, _, number in index.matches(qname) if offset == 0]
    except IndexFault:
        return ()
