"""Names that were taken off, and names that won an appeal."""

from __future__ import annotations

from datetime import date

import pytest

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import read_entries
from filterdns.lists.parse import allow
from filterdns.lists.parse.allow import Allowance
from filterdns.yaml_lines import load_yaml
from tests.lists.written import ALLOWANCE


def read(text: str, table: CategoryTable) -> tuple[list[Allowance], list[str]]:
    faults: list = []
    entries = read_entries(load_yaml(text, "f.yaml"), faults)
    found = [allowance for _, allowance in allow.parse(entries, table, "allow/f.yaml")]
    return found, [f"{fault.where}: {fault.path}" for fault in faults]


def test_allowance_has_everything_that_was_written(table: CategoryTable) -> None:
    found, faults = read(ALLOWANCE, table)
    assert faults == []
    assert found == [
        Allowance(
            name=b"shop.example",
            subdomains=True,
            categories=frozenset({"adult", "gambling"}),
            kind="allow",
            reason={"en": "It sells books."},
            decided_on=date(2026, 11, 1),
            decided_by="maintainer",
            until=None,
            source="allow/f.yaml",
        )
    ]


def test_name_is_canonical_text(table: CategoryTable) -> None:
    ((allowance,), _) = read(ALLOWANCE.replace("shop.example", "Bücher.Example."), table)
    assert allowance.name == b"xn--bcher-kva.example"


def test_all_is_every_category_but_the_legal_ones(table: CategoryTable) -> None:
    ((allowance,), _) = read(ALLOWANCE.replace("[adult, gambling]", "all"), table)
    legal = {row.id for row in table.categories if row.klass is Class.LEGAL}
    assert legal
    assert allowance.categories == {row.id for row in table.categories} - legal


@pytest.mark.parametrize(
    ("kind", "more", "until"),
    [
        ("allow", "", None),
        ("pin", "", date(2027, 4, 30)),
        ("pin", "  until: 2026-12-01\n", date(2026, 12, 1)),
        ("allow", "  until: 2026-12-01\n", date(2026, 12, 1)),
    ],
)
def test_pin_ends_by_itself(table: CategoryTable, kind: str, more: str, until: date | None) -> None:
    ((allowance,), _) = read(ALLOWANCE.replace("kind: allow", f"kind: {kind}") + more, table)
    assert allowance.until == until
    assert allowance.counts_on(date(2026, 11, 30))
    assert allowance.counts_on(date(2028, 1, 1)) is (until is None)
    if until:
        assert not allowance.counts_on(until)


def test_scope_decides_what_is_covered(table: CategoryTable) -> None:
    ((wide,), _) = read(ALLOWANCE, table)
    ((narrow,), _) = read(ALLOWANCE.replace("scope: subdomains", "scope: exact"), table)
    assert [wide.covers(name) for name in (b"shop.example", b"a.shop.example", b"myshop.example")] == [
        True,
        True,
        False,
    ]
    assert [narrow.covers(name) for name in (b"shop.example", b"a.shop.example")] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: shop.example", "name: shop", "f.yaml:1: [0].name"),
        ("scope: subdomains", "scope: wide", "f.yaml:2: [0].scope"),
        ("[adult, gambling]", "[]", "f.yaml:3: [0].categories"),
        ("[adult, gambling]", "[adult, politics]", "f.yaml:3: [0].categories[1]"),
        ("[adult, gambling]", "[adult, legal_order]", "f.yaml:3: [0].categories[1]"),
        ("[adult, gambling]", "[adult, adult]", "f.yaml:3: [0].categories[1]"),
        ("[adult, gambling]", "most", "f.yaml:3: [0].categories"),
        ("en: ", "fr: ", "f.yaml:4: [0].reason"),
        ("decided_on: 2026-11-01", "decided_on: today", "f.yaml:5: [0].decided_on"),
        ("decided_by: maintainer\n", "decided_by:\n", "f.yaml:6: [0].decided_by"),
        ("kind: allow", "kind: wish", "f.yaml:7: [0].kind"),
        ("kind: allow", "kind: allow\n  until: 2026-11-01", "f.yaml:8: [0].until"),
        ("kind: allow", "kind: allow\n  email: x", "f.yaml:8: [0].email"),
    ],
)
def test_each_fault_is_told_at_its_line(table: CategoryTable, old: str, new: str, expected: str) -> None:
    assert old in ALLOWANCE
    assert read(ALLOWANCE.replace(old, new), table) == ([], [expected])
