from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.categories import number_categories
from filterdns.errors import StateFault
from filterdns.lists.revocations import (
    ALLOWED,
    EMERGENCY,
    FOREVER,
    KINDS,
    MOST_REVOCATIONS,
    Revocation,
    RevocationTable,
    cancelled_mask,
    last_day,
    load_revocations,
    read_revocations,
    revise_revocations,
    revocations_file,
    store_revocations,
    write_revocations,
)
from filterdns.names import parse_name

CATEGORIES = number_categories([("legal_order", "legal", 16), ("malware", "security", 15), ("adult", "content", 17)])
LEGAL, MALWARE, ADULT = (category.mask for category in CATEGORIES)
HELP = Revocation(b"help.example.com", True, since="2026-11-03", reason="a clinic: «ΑΒΓ»\nand\u2028more")
DAY = (date(2026, 12, 1) - date(1970, 1, 1)).days

labels = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True)
days = st.one_of(st.just(""), st.dates(date(1971, 1, 1), date(2199, 1, 1)).map(date.isoformat))
revocations = st.builds(
    Revocation,
    st.lists(labels, min_size=2, max_size=4).map(lambda parts: ".".join(parts).encode()),
    st.booleans(),
    st.lists(st.sampled_from(["adult", "malware", "games"]), max_size=2, unique=True).map(tuple),
    days,
    days,
    st.text(max_size=40),
    st.sampled_from(KINDS),
)


@given(st.lists(revocations, max_size=5))
def test_reading_what_was_written_gives_it_back_in_any_order(rows: list[Revocation]) -> None:
    octets = write_revocations(rows, "here")
    assert write_revocations(reversed(rows), "here") == octets
    assert set(read_revocations(octets, "here")) == set(rows)


@given(st.lists(revocations, min_size=1, max_size=3), st.data())
def test_octets_that_are_not_whole_are_never_read_to_the_end(rows: list[Revocation], data: st.DataObject) -> None:
    octets = write_revocations(rows, "here")
    cut = data.draw(st.integers(0, len(octets) - 2))
    with pytest.raises(StateFault, match=r"here:\d+: expected"):
        list(read_revocations(octets[:cut], "here"))


@pytest.mark.parametrize(
    "damage",
    [
        (b'"version":1', b'"version":2'),
        (b'"revocations":1', b'"revocations":2'),
        (b'"revocations":1', b'"revocations":"1"'),
        (b'"subdomains":true', b'"subdomains":1'),
        (b'"help.example.com"', b'"help.Example.com"'),
        (b'"help.example.com"', b'"com"'),
        (b'"help.example.com"', b"7"),
        (b'"categories":[]', b'"categories":[7]'),
        (b'"categories":[]', b'"categories":null'),
        (b'"until":""', b'"until":"soon"'),
        (b'"until":""', b'"until":null'),
        (b'"kind":"suspended"', b'"kind":"censored"'),
        (b'"kind":"suspended"', b'"sort":"suspended"'),
        (b"{", b"["),
    ],
)
def test_a_damaged_file_is_a_fault_that_tells_the_line_and_no_name(tmp_path: Path, damage: tuple[bytes, bytes]) -> None:
    path = revocations_file(tmp_path)
    store_revocations(path, [HELP])
    before = path.read_bytes()
    path.write_bytes(before.replace(*damage))
    assert path.read_bytes() != before
    with pytest.raises(StateFault, match=r"revocations:\d: expected .*, got damaged octets") as caught:
        load_revocations(path)
    assert "help" not in str(caught.value)


def test_without_a_file_nothing_is_revoked(tmp_path: Path) -> None:
    assert load_revocations(revocations_file(tmp_path)) == ()


def test_too_many_too_long_and_wrong_ones_are_refused_and_what_stood_stays(tmp_path: Path) -> None:
    path = revocations_file(tmp_path)
    store_revocations(path, [HELP])
    many = [Revocation(b"n%d.example" % number, True) for number in range(MOST_REVOCATIONS + 1)]
    with pytest.raises(StateFault, match=f"expected at most {MOST_REVOCATIONS} revocations"):
        store_revocations(path, many)
    with pytest.raises(StateFault, match=r"expected at most .* octets"):
        store_revocations(path, [replace(row, reason="x" * 400) for row in many[:10_000]])
    with pytest.raises(StateFault, match=r"help\.example\.com: expected a reason"):
        store_revocations(path, [replace(HELP, reason="x" * 501)])
    with pytest.raises(StateFault, match="expected a reason in Unicode"):
        store_revocations(path, [replace(HELP, reason="\udc80")])
    with pytest.raises(StateFault, match="expected a name in A-labels"):
        store_revocations(path, [replace(HELP, name="bücher.example".encode())])
    assert load_revocations(path) == (HELP,)


def test_a_disk_that_refuses_leaves_what_stood(tmp_path: Path) -> None:
    path = revocations_file(tmp_path)
    store_revocations(path, [HELP])
    (tmp_path / ".revocations.new").mkdir()
    with pytest.raises(StateFault, match="expected a file that can be written"):
        store_revocations(path, [])
    assert load_revocations(path) == (HELP,)


def test_a_revision_does_not_write_over_a_damaged_file(tmp_path: Path) -> None:
    path = revocations_file(tmp_path)
    assert revise_revocations(tmp_path, lambda rows: [*rows, HELP]) == (HELP,)
    assert revise_revocations(tmp_path, lambda rows: [*rows, HELP]) == (HELP,)
    path.write_bytes(b"nonsense")
    with pytest.raises(StateFault):
        revise_revocations(tmp_path, lambda rows: [*rows, HELP])
    assert path.read_bytes() == b"nonsense"


def test_revisions_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    pids = []
    for number in range(4):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                for turn in range(5):
                    more = Revocation(b"n%d.t%d.example" % (number, turn), True)
                    revise_revocations(tmp_path, lambda rows, more=more: [*rows, more])  # type: ignore[misc]
                status = 0
            finally:
                os._exit(status)
        pids.append(pid)
    assert all(os.waitpid(pid, 0)[1] == 0 for pid in pids)
    assert len(load_revocations(revocations_file(tmp_path))) == 20


def test_the_last_day_is_the_one_before_until_and_a_day_that_has_begun_is_whole() -> None:
    assert last_day("2026-12-02") == DAY
    assert last_day("2026-12-02T00:00:00+00:00") == DAY
    assert last_day("2026-12-01T00:00:01") == DAY
    assert last_day("2026-12-02T01:00:00+07:00") == DAY
    assert last_day("") == FOREVER


def test_a_revocation_covers_its_name_and_what_lies_below_if_it_says_so() -> None:
    exact = Revocation(b"example.com", False, ("adult",))
    table = RevocationTable([HELP, exact, Revocation(b"help.example.com", False, kind=EMERGENCY, until="2026-12-01")])
    assert table.find(parse_name("a.help.example.com"), DAY) == [HELP]
    assert [row.kind for row in table.find(parse_name("help.example.com"), DAY - 1)] == ["suspended", "emergency"]
    assert table.find(parse_name("help.example.com"), DAY) == [HELP]
    assert table.find(parse_name("example.com"), DAY) == [exact]
    for other in ("www.example.com", "xhelp.example.com", "com", "."):
        assert table.find(parse_name(other), DAY) == []


def test_orders_from_outside_are_never_cancelled_and_unknown_categories_are_nothing() -> None:
    assert cancelled_mask([HELP], CATEGORIES) == MALWARE | ADULT
    assert cancelled_mask([replace(HELP, categories=("adult", "legal_order"))], CATEGORIES) == ADULT
    assert cancelled_mask([replace(HELP, categories=("unknown",))], CATEGORIES) == 0
    both = [replace(HELP, categories=("adult",)), replace(HELP, categories=("malware",), kind=ALLOWED)]
    assert cancelled_mask(both, CATEGORIES) == MALWARE | ADULT
    assert cancelled_mask([], CATEGORIES) == 0
