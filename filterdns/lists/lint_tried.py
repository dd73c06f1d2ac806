"""Rules of lint about what people try: the test name of each category, and the services that a parent names."""

from __future__ import annotations

from collections.abc import Iterator

from filterdns.errors import Fault
from filterdns.lists.categories_file import RESTRICTED
from filterdns.lists.lint_view import Finding, View, fault, warning
from filterdns.lists.own_rules import at_and_above
from filterdns.lists.placed import Placed

PROTECTED_TEST_NAMES = {"p1": b"helpline.filterdns.test", "p2": b"health.filterdns.test"}


def without_test_name(view: View) -> Iterator[Finding]:
    """Categories, and levels of protection, that nobody can try out."""
    written = view.written
    tried = {
        (item.value.category, item.name) for item in (*written.listings, *written.protected) if item.value.subdomains
    }
    wanted = [(row.id, row.test_name.encode(), "own") for row in written.table.categories if row.id != RESTRICTED]
    wanted += [(level, name, "protected") for level, name in PROTECTED_TEST_NAMES.items()]
    root = next(source for source in written.sources if source.kind == "categories").path.parent
    for subject, name, folder in wanted:
        if (subject, name) not in tried:
            place, text = root / folder / f"{subject}.yaml", name.decode("ascii")
            expected = f"{text} with its subdomains, so that {subject} can be tried"
            yield Finding(Fault(str(place), text, expected, "none", "add an entry for it"), stops=True)


def services_twice(view: View) -> Iterator[Finding]:
    """Two services of one identifier."""
    firsts: dict[bytes, Placed[object]] = {}
    for placed in view.written.services:
        first = firsts.setdefault(placed.name, placed)
        if first is not placed:
            got = f"it again (first at {first.entry.where})"
            yield fault(placed, "id", "an identifier once in all files", got, "give one of them another")


def names_of_services(view: View) -> Iterator[Finding]:
    """Names of services that must not be filtered as a whole, and those that no listing of ours covers."""
    written, rules = view.written, view.rules
    hosts = {placed.name for placed in written.shared_hosts}
    targets = {placed.name for placed in written.safe_search}
    listed = {(placed.name, placed.value.subdomains) for placed in written.listings}
    for placed in written.services:
        for name in placed.value.domains:
            text = name.decode("ascii")
            if rules.get_protected(name):
                yield fault(placed, "domains", "names that are not protected", text, "delete it there")
            elif name in targets:
                yield fault(placed, "domains", "names that no safe search needs", text, "delete it there")
            elif name in hosts or (rules.is_suffix(name) and rules.is_registry(name)):
                yield fault(placed, "domains", "names that strangers do not share", text, "write what is below it")
            elif not placed.value.category or (name, False) in listed:
                continue
            elif not any((above, True) in listed for above in at_and_above(name)):
                remedy = f"list it in own/{placed.value.category}.yaml"
                yield warning(placed, "domains", "names that a listing of ours covers", text, remedy)


RULES = (without_test_name, services_twice, names_of_services)
