"""Names that are looked at one by one: what lists may not close, what was taken off, and what lies above an open name.

All rules of a shelf are asked at once, by set and text operations, so that the many names that no rule is about cost
next to nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from filterdns.lists.curate import allowances, pins, popular, safe_search, shared_hosts, suffixes, two_feeds
from filterdns.lists.curate.allowances import AllowedNames
from filterdns.lists.curate.below import Zones
from filterdns.lists.curate.ordered import OrderedNames
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.shelves import SHELVES, shelf_of

PROTECTED, OURS = "protected", "ours"

WORDS = {
    PROTECTED: "help, health or learning: protected",
    OURS: "our own name",
    **{rule.RULE: rule.WORDS for rule in (suffixes, shared_hosts, popular, safe_search, allowances, pins, two_feeds)},
}
"""What each rule that keeps a listing off says to people."""

_FOR_STRANGERS = {shared_hosts.RULE, popular.RULE}


@dataclass(slots=True)
class Ruling:
    """What rules say of one name. `refused`: rule -> the categories that it keeps off, None for every one."""

    refused: dict[str, frozenset[str] | None] = field(default_factory=dict)
    allowances: list[Allowance] = field(default_factory=list)
    open_below: bool = False  # its answer must not say that nothing exists below (RFC 8020)

    def rule_against(self, category: str, by_hand: bool = False) -> str:
        """The rule that keeps an import of this category off; "" if none does.

        `by_hand`: it comes from a file of this machine, so that a person has decided about names that many share.
        """
        for rule, categories in self.refused.items():
            if (categories is None or category in categories) and not (by_hand and rule in _FOR_STRANGERS):
                return rule
        return ""


def with_www(names: Iterable[bytes]) -> frozenset[bytes]:
    """These names, and what nearly everybody reaches them by: lists name the one and mean the other."""
    return frozenset(form for name in names for form in (name, b"www." + name))


class NameRules:
    """The rules of one release."""

    def __init__(
        self,
        *,
        public_suffixes: PublicSuffixes,
        shared: Iterable[bytes],
        popular_names: Mapping[bytes, frozenset[str]],
        targets: Iterable[bytes],
        protected: Sequence[bytes],
        ours: Sequence[bytes],
        allowed: AllowedNames,
        categories: frozenset[str],
    ) -> None:
        self._suffixes = public_suffixes
        self._exact = [
            (suffixes.RULE, _on_shelves(name for name in public_suffixes.shared if b"." in name)),
            (shared_hosts.RULE, _on_shelves(with_www(shared))),
            (safe_search.RULE, _on_shelves(targets)),
        ]
        self._popular = {
            form: categories - approved for name, approved in popular_names.items() for form in with_www([name])
        }
        self._popular_names = _on_shelves(self._popular)
        self._below = dict.fromkeys(protected, PROTECTED) | dict.fromkeys(ours, OURS)
        self._allowed = allowed
        self._zones = Zones([*self._below, *allowed.names])
        self._near = Zones([*self._zones.names, *public_suffixes.wildcards])  # one look for both
        self._above = _on_shelves(above for name in self._zones.names for above in _names_above(name))

    def digest(self) -> str:
        """What decides which names a rule is about, all else about them left out.

        Where it stays the same a name that no rule was about is a name that none is about now.
        """
        parts = [*(names for _, names in self._exact), self._popular_names, self._above]
        named: list[Iterable[bytes]] = [chain.from_iterable(shelves) for shelves in parts]
        named += [self._zones.names, self._suffixes.wildcards, self._suffixes.exceptions]
        return hashlib.sha256(b"\n\n".join(b"\n".join(sorted(names)) for names in named)).hexdigest()

    def rulings(self, shelf: int, present: OrderedNames) -> dict[bytes, Ruling]:
        """What there is to say of these names of a shelf."""
        rulings: dict[bytes, Ruling] = {}

        def ruling(name: bytes) -> Ruling:
            return rulings.setdefault(name, Ruling())

        for rule, exact in self._exact:
            for name in present & exact[shelf]:
                ruling(name).refused[rule] = None
        near = self._near.covered(present.names, present.edges)
        for name in self._suffixes.below_wildcards(near):
            ruling(name).refused[suffixes.RULE] = None
        for name in present & self._popular_names[shelf]:
            ruling(name).refused[popular.RULE] = self._popular[name]
        for name in near:
            zones = self._zones.zones_of(name)
            if not zones:
                continue
            ruling(name).refused.update((self._below[zone], None) for zone in zones if zone in self._below)
            ruling(name).allowances = self._allowed.of(name)
        for name in present & self._above[shelf]:
            ruling(name).open_below = True
        return rulings


def _on_shelves(names: Iterable[bytes]) -> list[frozenset[bytes]]:
    shelves: list[set[bytes]] = [set() for _ in range(SHELVES)]
    for name in names:
        shelves[shelf_of(name)].add(name)
    return list(map(frozenset, shelves))


def _names_above(name: bytes) -> Iterable[bytes]:
    """The names above one, down to two labels."""
    while (name := name.partition(b".")[2]).count(b"."):
        yield name
