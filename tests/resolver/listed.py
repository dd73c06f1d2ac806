"""A resolver over an index in which every class has a category, for tests of policy and of the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from filterdns.categories import ALLOWED_BELOW, HOLD, P1, P2, Category, number_categories
from filterdns.config.settings import Action, ProfileSettings, Settings
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.writer import Mark, write_index
from filterdns.names import parse_name
from filterdns.resolver.policy.profile import Profile
from tests.resolving import Resolving, Upstream, silent

ROWS = [
    ("restricted_legal", "legal", 16),
    ("legal_order", "legal", 16),
    ("malware", "security", 15),
    ("phishing", "security", 15),
    ("adult", "content", 17),
    ("gambling", "content", 17),
    ("bypass_vpn", "bypass", 17),
    ("games", "overuse", 17),
    ("social", "overuse", 17),
]
CATEGORIES: tuple[Category, ...] = number_categories(ROWS)
IDS = tuple(row[0] for row in ROWS)
BITS = {category.id: category.mask for category in CATEGORIES} | {
    "HOLD": HOLD,
    "P1": P1,
    "P2": P2,
    "ALLOWED_BELOW": ALLOWED_BELOW,
}
ALL = ProfileSettings("all", dict.fromkeys(IDS, Action.FILTER))


def index_of(listed: Mapping[str, str], rows: list[tuple[str, str, int]] | None = None) -> ReleaseIndex:
    """An index of name -> marks such as `gambling`, `gambling P2`; `=gambling` is for the name alone."""
    rows = ROWS if rows is None else rows
    bits = BITS | {category.id: category.mask for category in number_categories(rows)}
    sets: list[tuple[Mark, ...]] = [()]
    names = {}
    for name, marks in listed.items():
        names[parse_name(name)] = len(sets)
        sets.append(tuple(Mark(bits[mark.lstrip("=")], not mark.startswith("=")) for mark in marks.split()))
    return ReleaseIndex(write_index(names, sets, rows, 1, b"salt of tests"))


def profile_of(actions: Iterable[str] = IDS, **more: Any) -> ProfileSettings:
    """A profile that filters these categories."""
    return ProfileSettings("home", dict.fromkeys(actions, Action.FILTER), **more)


def compiled(settings: ProfileSettings) -> Profile:
    return Profile(settings, CATEGORIES)


def names(*texts: str) -> tuple[bytes, ...]:
    return tuple(map(parse_name, texts))


def resolver(
    listed: Mapping[str, str],
    upstream: Upstream = silent,
    profile: ProfileSettings | None = None,
    *others: ProfileSettings,
    settings: Settings | None = None,
) -> Resolving:
    """One worker; the first profile is everybody's unless `settings` say otherwise."""
    first = profile or profile_of()
    made = replace(settings or Settings(), profiles=(first, *others), default_profile=first.id)
    index = index_of(listed)
    return Resolving(made, index, index.categories, upstream)
