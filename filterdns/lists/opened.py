"""What decisions open in a release besides what its index leaves out, as revocations that lie beside it (`allowed`).

An allowance of a name takes listings of that very name off in the index.  A listing of a name above it covers it all
the same, and is cancelled for it by a revocation; unless a listing covers it that a pin does not keep off: a fresh one
of a list of danger, one that people made later, or one of a list once the pin has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from filterdns.lists.curate.allowances import get_subtracting
from filterdns.lists.curate.subject import Subject
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.listing import Listing
from filterdns.lists.own_rules import at_and_above
from filterdns.lists.parse.allow import PIN, Allowance
from filterdns.lists.revocations import ALLOWED, PINNED, Revocation, write_name

Listings = Iterable[tuple[bytes, Listing]]


def standing_allowances(
    allowances: Iterable[Allowance], listings: Listings, security: Collection[str], when: datetime
) -> list[Allowance]:
    """Those that count on the day, and pins that are over but for what people had listed before.

    `listings`: by people, each with its name.  What won against one of these does not lose by the clock.
    """
    related: dict[bytes, list[tuple[bytes, Listing]]] = {}
    for name, listing in listings:
        for above in at_and_above(name):
            related.setdefault(above, []).append((name, listing))

    def keeps_off(pin: Allowance) -> bool:
        covered = [listing for name, listing in related.get(pin.name, ()) if pin.covers(name)]
        for above in at_and_above(pin.name):
            covered += [each for name, each in related.get(above, ()) if name == above and each.subdomains]
        subjects = (Subject(each.category, each.category in security, None, each.listed_on) for each in covered)
        return any(get_subtracting([pin], subject, when) is not None for subject in subjects)

    return [each for each in allowances if each.counts_on(when.date()) or (each.kind == PIN and keeps_off(each))]


@dataclass(frozen=True, slots=True)
class Covering:
    """The listings of a release by the names that they cover. `confirmed`: when each list was; `members`: of a set."""

    index: ReleaseIndex
    members: Callable[[int], Sequence[Listing]]
    confirmed: Mapping[str, datetime]

    def of(self, name: bytes) -> Iterator[Listing]:
        """Those that count for this name: its own, and those above it that take their subdomains along."""
        for offset, _, number in self.index.matches(write_name(name)):
            yield from (each for each in self.members(number) if each.subdomains or not offset)


def opened_by(
    allowances: Iterable[Allowance], covering: Covering, security: Collection[str], when: datetime
) -> list[Revocation]:
    """The revocations of these allowances, which stand. None has no categories: such a one would be of all."""
    return [row for each in allowances for row in _rows(each, covering, security, when)]


def _rows(each: Allowance, covering: Covering, security: Collection[str], when: datetime) -> Iterator[Revocation]:
    categories = sorted(each.categories)
    if each.kind == PIN:
        against = list(covering.of(each.name))
        held = {category: _is_held(each, category, against, covering, security, when) for category in categories}
        categories = [category for category in categories if held[category]]
    if categories:
        has_ended = not each.counts_on(when.date())
        yield Revocation(
            name=each.name,
            subdomains=each.subdomains,
            categories=tuple(categories),
            since=each.decided_on.isoformat(),
            until=each.until.isoformat() if each.until and not has_ended else "",
            reason=each.reason.get("en", ""),
            kind=PINNED if each.kind == PIN else ALLOWED,
        )


def _is_held(
    pin: Allowance,
    category: str,
    listings: Iterable[Listing],
    covering: Covering,
    security: Collection[str],
    when: datetime,
) -> bool:
    """Whether a pin keeps off all that covers its name in a category. Where nothing does, content stays open below."""
    is_security = category in security
    about = [each for each in listings if each.category == category]
    if not about:
        return not is_security and pin.counts_on(when.date())
    subjects = (Subject(category, is_security, covering.confirmed.get(each.source), each.listed_on) for each in about)
    return all(get_subtracting([pin], subject, when) is not None for subject in subjects)
