"""unbound's configuration: zones with all below them, data for one name, and what is neither."""

from __future__ import annotations

import pytest

from tests.lists.parse.reading import names, read, rejected, rejected_lines


@pytest.mark.parametrize(
    "kind",
    [
        "static",
        "redirect",
        "refuse",
        "deny",
        "inform_deny",
        "always_nxdomain",
        "always_nodata",
        "always_refuse",
        "always_deny",
        "always_null",
    ],
)
def test_zone_that_answers_nothing_is_a_listing_with_all_below(kind: str) -> None:
    text = f"""server:
# a list
local-zone: "a.example" {kind}
local-zone: "B.example." {kind} # why
  local-zone: c.example {kind}
\tlocal-zone:  'd.example'\t{kind}
"""
    assert names("unbound", text) == {"subdomains": ["a.example", "b.example", "c.example", "d.example"]}
    assert rejected("unbound", text) == []


@pytest.mark.parametrize("kind", ["transparent", "always_transparent", "typetransparent"])
def test_transparent_zone_is_an_exception(kind: str) -> None:
    text = f'local-zone: "a.example" static\nlocal-zone: "www.a.example" {kind}\n'
    assert names("unbound", text) == {"subdomains": ["a.example"], "open_subdomains": ["www.a.example"]}


def test_data_that_lead_nowhere_are_a_listing_of_the_name_alone() -> None:
    text = """local-data: "a.example A 0.0.0.0"
local-data: "B.example. 3600 IN A 127.0.0.1"
local-data: 'c.example. IN AAAA ::'
"""
    assert names("unbound", text) == {"exact": ["a.example", "b.example", "c.example"]}


def test_safe_search_zone_is_no_listing_wherever_its_data_stand() -> None:
    zone, data = (
        'local-zone: "www.search.example" redirect',
        'local-data: "www.search.example CNAME force.search.example"',
    )
    for lines in ([zone, data], [data, zone]):
        found = read("unbound", "\n".join(lines))
        assert found.open_exact == [b"www.search.example"]
        assert not found.exact
        assert len(found.rejected) == 1
    text = 'local-zone: "a.example" redirect\nlocal-data: "a.example A 192.0.2.1"\n'
    assert names("unbound", text)["open_exact"] == ["a.example"]


@pytest.mark.parametrize(
    "line",
    [
        'local-zone: "a.example" inform',
        'local-zone: "a.example" nodefault',
        'local-zone: "a.example" block_a',
        'local-zone: "de" static',
        'local-zone: "192.0.2.1" static',
        'local-zone: "*.a.example" static',
        'local-zone: "a.example"',
        'local-zone: "a.example static',
        'local-data: "a.example TXT x"',
        'local-data: "a.example"',
        'local-data: ""',
        'local-zone-tag: "a.example" "x"',
        "include: /etc/x",
        "a.example",
        'local-data-ptr: "192.0.2.1 a.example"',
    ],
)
def test_anything_else_is_rejected(line: str) -> None:
    text = f'local-zone: "good.example" static\n{line}\n'
    assert names("unbound", text) == {"subdomains": ["good.example"]}
    assert rejected_lines("unbound", text) == [2]


def test_zones_of_a_view_hold_for_some_clients_and_are_rejected() -> None:
    text = """server:
    local-zone: "a.example" static
view:
    name: "guests"
    local-zone: "b.example" static
server:
    local-zone: "c.example" static
"""
    assert names("unbound", text) == {"subdomains": ["a.example", "c.example"]}
    assert rejected_lines("unbound", text) == [3, 4, 5]


def test_zones_and_their_data_in_turn_are_read() -> None:
    lines = ["server:"]
    for number in range(3_000):
        lines.append(f'local-zone: "name-{number}.example" redirect')
        lines.append(f'local-data: "name-{number}.example A 0.0.0.0"')
    found = names("unbound", "\n".join(lines))
    assert set(found) == {"subdomains", "exact"}
    assert sorted(found["subdomains"]) == sorted(found["exact"]) == sorted(f"name-{n}.example" for n in range(3_000))


def test_long_view_is_rejected_line_by_line() -> None:
    lines = ["view:", *(f'local-zone: "name-{number}.example" static' for number in range(2_000))]
    assert names("unbound", "\n".join(lines)) == {}
    assert rejected_lines("unbound", "\n".join(lines)) == [*range(1, 2_002)]
