"""Services as parents name them, and names that belong to many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import Fields, read_entries
from filterdns.lists.parse import services, shared
from filterdns.lists.parse.services import Service
from filterdns.lists.parse.shared import PopularParent, SafeSearchTarget, SharedHost
from filterdns.yaml_lines import load_yaml
from tests.lists.written import SERVICE


def read(text: str, parse: Callable[[Iterable[Fields]], Iterator[tuple[Fields, object]]]) -> tuple[list, list[str]]:
    faults: list = []
    entries = read_entries(load_yaml(text, "f.yaml"), faults)
    return [value for _, value in parse(entries)], [f"{fault.where}: {fault.path}" for fault in faults]


def test_service_has_everything_that_was_written(table: CategoryTable) -> None:
    found, faults = read(SERVICE, partial(services.parse, table=table, source="services/f.yaml"))
    assert faults == []
    assert found == [
        Service(
            id="play",
            name="Play",
            category="games",
            domains=(b"play.example", b"cdn.play.example"),
            breaks={"en": "Nothing else."},
            about={"en": "Games."},
            source="services/f.yaml",
        )
    ]


def test_service_may_be_of_no_category(table: CategoryTable) -> None:
    text = SERVICE.replace("  category: games\n", "")
    ((service,), faults) = read(text, partial(services.parse, table=table, source="x"))
    assert (service.category, faults) == ("", [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: play", "id: Play", "f.yaml:1: [0].id"),
        ("  name: Play\n", "", "f.yaml:1: [0].name"),
        ("category: games", "category: fun", "f.yaml:3: [0].category"),
        ("category: games", "category: legal_order", "f.yaml:3: [0].category"),
        ("[play.example, cdn.play.example]", "[]", "f.yaml:4: [0].domains"),
        ("[play.example, cdn.play.example]", "play.example", "f.yaml:4: [0].domains"),
        ("cdn.play.example", "cdn", "f.yaml:4: [0].domains[1]"),
        ("cdn.play.example", "192.0.2.1", "f.yaml:4: [0].domains[1]"),
        ("cdn.play.example", "PLAY.example", "f.yaml:4: [0].domains[1]"),
        ("cdn.play.example", "{}", "f.yaml:4: [0].domains[1]"),
        ('  breaks: {en: "Nothing else."}\n', "", "f.yaml:1: [0].breaks"),
        ("about", "abuot", "f.yaml:1: [0].about"),
    ],
)
def test_each_fault_is_told_at_its_line(table: CategoryTable, old: str, new: str, expected: str) -> None:
    assert old in SERVICE
    found, faults = read(SERVICE.replace(old, new), partial(services.parse, table=table, source="x"))
    assert found == []
    assert faults[0] == expected


def test_names_of_many_are_read(table: CategoryTable) -> None:
    hosts = "- {name: CDN.example, kind: cdn, why: {en: many}}\n"
    assert read(hosts, partial(shared.parse_hosts, source="s")) == (
        [SharedHost(b"cdn.example", "cdn", {"en": "many"}, "s")], [],
    )  # fmt: skip
    popular = "- {name: a.example, kind: network, approved_for: [social, video]}\n"
    popular += "- {name: b.example, kind: x, approved_for: []}\n"
    assert read(popular, partial(shared.parse_popular, table=table, source="s")) == (
        [
            PopularParent(b"a.example", "network", frozenset({"social", "video"}), "s"),
            PopularParent(b"b.example", "x", frozenset(), "s"),
        ],
        [],
    )
    target = "- {name: safe.example, of: A search engine}\n"
    assert read(target, partial(shared.parse_safe_search, source="s")) == (
        [SafeSearchTarget(b"safe.example", "A search engine", "s")], [],
    )  # fmt: skip


def test_faults_of_names_of_many_are_told(table: CategoryTable) -> None:
    hosts = "- {name: a, kind: cdn, why: {en: many}}\n- {name: a.example, kind: site, why: {fr: x}}\n"
    assert read(hosts, partial(shared.parse_hosts, source="s")) == (
        [], ["f.yaml:1: [0].name", "f.yaml:2: [1].kind", "f.yaml:2: [1].why"],
    )  # fmt: skip
    popular = "- {name: a.example, kind: x, approved_for: [fun]}\n- {name: a.example, kind: x}\n"
    assert read(popular, partial(shared.parse_popular, table=table, source="s")) == (
        [], ["f.yaml:1: [0].approved_for[0]", "f.yaml:2: [1].approved_for"],
    )  # fmt: skip
    targets = "- {name: a.example}\n- {name: a.example, of: x, why: y}\n"
    assert read(targets, partial(shared.parse_safe_search, source="s")) == (
        [],
        ["f.yaml:1: [0].of", "f.yaml:2: [1].why"],
    )
