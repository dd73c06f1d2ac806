"""Rules of lint about entries that stand twice or against each other."""

from __future__ import annotations

from collections.abc import Iterator

from filterdns.lists.lint_view import Finding, View, fault, warning
from filterdns.lists.own_rules import at_and_above
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.placed import Placed


def named_twice(view: View) -> Iterator[Finding]:
    """The same name in one category, protected, or known as shared or popular, in two files."""
    written = view.written
    keyed: list[tuple[tuple[str, bytes], Placed[object]]] = []
    keyed += [((placed.value.category, placed.name), placed) for placed in written.listings]
    keyed += [(("protected", placed.name), placed) for placed in written.protected]
    keyed += [(("shared", placed.name), placed) for placed in (*written.shared_hosts, *written.popular)]
    keyed += [(("safe search", placed.name), placed) for placed in written.safe_search]
    firsts: dict[tuple[str, bytes], Placed[object]] = {}
    for key, placed in keyed:
        first = firsts.setdefault(key, placed)
        if first.source is not placed.source:  # twice in one file is refused when it is read
            # An upgrade may bring what an installation has had before: no fault of anybody's.
            say = warning if placed.source.is_overlay and not first.source.is_overlay else fault
            got = f"it again (first at {first.entry.where})"
            yield say(placed, "name", "a name once in all files", got, "delete one")


def addresses_twice(view: View) -> Iterator[Finding]:
    """The same address in two recipes: one list that counts as two."""
    firsts: dict[str, Placed[object]] = {}
    for placed in view.written.recipe_entries:
        for url in placed.value.urls:
            first = firsts.setdefault(url, placed)
            if first is not placed:
                got = f"{url} again (first at {first.entry.where})"
                yield warning(placed, "urls", "an address once in all files", got, "delete one")


def listed_and_allowed(view: View) -> Iterator[Finding]:
    """Listings that an allowance takes off. An installation's allowance of what is shipped is there for that."""
    allowances: dict[bytes, list[Placed[Allowance]]] = {}
    for allowance in view.written.allowances:
        if allowance.value.counts_on(view.today):
            allowances.setdefault(allowance.name, []).append(allowance)
    for placed in view.written.listings:
        for allowance in (item for above in at_and_above(placed.name) for item in allowances.get(above, ())):
            is_for_that = allowance.source.is_overlay and not placed.source.is_overlay
            about = allowance.value.covers(placed.name) and placed.value.category in allowance.value.categories
            if about and not is_for_that:
                got = f"one that {allowance.entry.where} allows"
                remedy = "the allowance wins: delete one of the two"
                yield warning(placed, "name", "a name that is either listed or allowed", got, remedy)
                break


def held_without_protection(view: View) -> Iterator[Finding]:
    """Holds of names that are not protected: a listing does for those."""
    for placed in view.written.holds:
        if view.rules.get_protected(placed.name) is None:
            remedy = "list it in own/malware.yaml instead"
            yield warning(placed, "name", "a hold of a protected name", "one of a name that is not", remedy)


def wide_open(view: View) -> Iterator[Finding]:
    """Protected names and allowances with subdomains that shield whatever strangers put below them."""
    for protected in view.written.protected:
        if protected.name in {host.name for host in view.written.shared_hosts}:
            got = "one that strangers share"
            yield warning(protected, "name", "a name of one service", got, "protect the service's own name")
    for allowance in view.written.allowances:
        if allowance.value.subdomains and view.rules.is_shared(allowance.name):
            got = "subdomains of a name that strangers share"
            yield warning(allowance, "scope", "the narrowest scope", got, "allow the one name that is meant")


RULES = (named_twice, addresses_twice, listed_and_allowed, held_without_protection, wide_open)
