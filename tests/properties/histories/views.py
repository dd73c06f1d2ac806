"""What is told of a name: by the resolver's own overlay, by the page of reasons, and by what is given to homes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from filterdns.lists.release import open_current
from filterdns.names import parse_name
from filterdns.resolver.policy.decision import Listings
from filterdns.resolver.revocation_watch import RevocationWatch
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.find import Reasons
from tests.keep.duties.office import EPOCH, Office

_BITS = {1: "hold", 2: "p1", 4: "p2"}


def resolved(state: Path, when: datetime, *names: str) -> dict[str, frozenset[str]]:
    """What filters or protects each name for a worker that has just begun; names of which nothing is said are left
    out."""
    listings, bits = _listings(state, when)
    found = {name: listings.find(parse_name(name)) for name in names}
    words = {name: frozenset(word for bit, word in bits.items() if mask & bit) for name, mask in found.items()}
    return {name: said for name, said in words.items() if said}


def _listings(state: Path, when: datetime) -> tuple[Listings, dict[int, str]]:
    release = open_current(state)
    index = release.open_index((when.date() - EPOCH).days)
    watch = RevocationWatch(state, _refuse)
    watch.look()
    while watch.is_reading:
        watch.step()
    watch.use_release(release.folder)
    return watch.over(index), _BITS | {category.mask: category.id for category in index.categories}


def explained(office: Office, current: CurrentRelease, *names: str) -> dict[str, frozenset[str]]:
    """The same by the page of reasons, whose process has followed everything from the beginning."""
    current.follow()
    reasons = Reasons(office.settings, current, None, office.clock)
    found = {}
    for name in names:
        statement = reasons.get(name)
        assert statement is not None
        counting = [each for each in statement.listings if each.revoked is None]
        found[name] = frozenset(each.protection or each.category for each in counting)
    return {name: said for name, said in found.items() if said}


def _refuse(words: str) -> None:
    raise AssertionError(words)
