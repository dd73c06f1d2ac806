"""What entries of ours may not name: what is protected, and what many strangers share.

In what is shipped such an entry is a fault.  An installation's own is set aside instead: a name may have become
protected or shared since it was written, and an upgrade must not stop the builds of a home.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from publicsuffixlist import PSLFILE

from filterdns.lists.curate import popular, safe_search, shared_hosts, suffixes
from filterdns.lists.curate.name_rules import PROTECTED
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.listing import Listing
from filterdns.lists.parse.entry import count_approvals
from filterdns.lists.placed import Placed
from filterdns.lists.written import Written

T = TypeVar("T")

SUFFIX_LIST = Path(PSLFILE)  # as the package that we install brings it
_PRIVATE = "===BEGIN PRIVATE DOMAINS==="
APPROVALS_FOR_SHARED = 3  # for a name under which strangers register, or that they share (requirements section 3)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry of an installation that does not count, and why; `rule` is one of `curate.name_rules`."""

    source: str
    name: bytes  # canonical text
    category: str
    rule: str
    why: str
    where: str  # file:line

    def __str__(self) -> str:
        return f"{self.source}: {self.name.decode('ascii')}: {self.why}"


@dataclass(frozen=True, slots=True)
class _Objection:
    rule: str
    key: str
    expected: str
    got: str
    why: str
    remedy: str = ""


class OwnRules:
    """The names that stand against entries, from everything that was written."""

    def __init__(self, written: Written, suffix_list: Path = SUFFIX_LIST) -> None:
        self._written = written
        self.suffixes = load_public_suffixes(suffix_list)
        self._protected = first_places(written.protected)
        self._hosts = first_places(written.shared_hosts)
        self._popular = first_places(written.popular)
        self._targets = first_places(written.safe_search)

    def judge(self) -> tuple[list[Placed[Listing]], list[SetAside]]:
        """The listings that may stand, and those set aside; faults are noted in the entries."""
        kept, set_aside = [], []
        for placed in self._written.listings:
            objection = next(self._objections(placed), None)
            if objection is None:
                kept.append(placed)
            elif placed.source.is_overlay:
                category, where = placed.value.category, placed.entry.where
                rule, why = objection.rule, objection.why
                set_aside.append(SetAside(placed.source.name, placed.name, category, rule, why, where))
            else:
                placed.entry.refuse(objection.key, objection.expected, objection.got, objection.remedy)
        return kept, set_aside

    def is_shared(self, name: bytes) -> bool:
        """Whether strangers share this name: a public suffix or what lies above one, or a shared host."""
        return name in self._hosts or self.is_suffix(name)

    def is_registry(self, name: bytes) -> bool:
        """Whether registries sell what is below this name; hosts of one company with many users are none."""
        return self._registries.holds(name)

    @cached_property
    def _registries(self) -> PublicSuffixes:
        return load_public_suffixes(SUFFIX_LIST, private_too=False)

    def is_suffix(self, name: bytes) -> bool:
        """Whether this name is a public suffix or lies above one."""
        return self.suffixes.holds(name)

    def get_protected(self, name: bytes) -> Placed[Listing] | None:
        """The protected entry that is this name or lies above it."""
        return next((self._protected[above] for above in at_and_above(name) if above in self._protected), None)

    def _objections(self, placed: Placed[Listing]) -> Iterator[_Objection]:
        name, listing = placed.name, placed.value
        if protected := self.get_protected(name):
            got = f"a protected one ({protected.source.name}:{protected.entry.line})"
            yield _Objection(PROTECTED, "name", "a name that is not protected", got, "protected")
        if target := self._targets.get(name):
            got = f"a safe-search target of {target.value.of}"
            yield _Objection(safe_search.RULE, "name", "a name that no safe search needs", got, "a safe-search target")
        approvals = count_approvals(listing.approvals)
        if approvals >= APPROVALS_FOR_SHARED:
            return
        if self.is_suffix(name):
            expected = "a third approval for a name under which strangers register"
            why = "shared by many, at or above a public suffix"
            yield _Objection(suffixes.RULE, "approvals", expected, str(approvals), why)
        if host := self._hosts.get(name):
            kind = host.value.kind
            expected = f"a third approval for a name that strangers share ({kind})"
            yield _Objection(shared_hosts.RULE, "approvals", expected, str(approvals), f"shared by many ({kind})")
        parent = self._popular.get(name)
        if parent and listing.category not in parent.value.approved_for:
            expected = f"a third approval for a popular name that is not approved for {listing.category}"
            remedy = f"approve it in {parent.source.name}:{parent.entry.line} if the category is right"
            why = f"popular, and not approved for {listing.category}"
            yield _Objection(popular.RULE, "approvals", expected, str(approvals), why, remedy)


def load_public_suffixes(path: Path, private_too: bool = True) -> PublicSuffixes:
    """The Public Suffix List in this file, with or without its private section."""
    with path.open(encoding="utf-8") as file:
        return PublicSuffixes(file if private_too else takewhile(lambda line: _PRIVATE not in line, file))


def at_and_above(name: bytes) -> Iterator[bytes]:
    """A name in canonical text and the names above it, the longest first."""
    yield name
    while dot := name.find(b".") + 1:
        name = name[dot:]
        yield name


def first_places(items: Iterable[Placed[T]]) -> dict[bytes, Placed[T]]:
    """The first entry of each name: what is shipped before what an installation wrote."""
    firsts: dict[bytes, Placed[T]] = {}
    for placed in items:
        firsts.setdefault(placed.name, placed)
    return firsts
