from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.lists.orders import (
    ACCEPT,
    MOST_DONE,
    MOST_WAITING,
    SWITCH_ON,
    UPDATE_NOW,
    Done,
    Order,
    begin_order,
    finish_order,
    has_waiting,
    load_done,
    load_ordered,
    load_waiting,
    orders_folder,
    place_order,
)

WHEN = datetime(2026, 12, 1, 12, tzinfo=UTC)
WISH = Order(ACCEPT, "ut1-gambling", "ab" * 32)


def done(id_: str) -> Done:
    return Done(id_, ACCEPT, "ut1-gambling", True, "accepted", WHEN.isoformat())


def test_an_order_waits_until_it_is_noted_as_done(tmp_path: Path) -> None:
    assert not has_waiting(tmp_path)
    assert load_waiting(tmp_path) == []
    id_ = place_order(tmp_path, WISH, WHEN)
    assert has_waiting(tmp_path)
    (waiting,) = load_waiting(tmp_path)
    assert waiting.order == replace(WISH, id=id_, ordered_at="2026-12-01T12:00:00+00:00")
    begun = begin_order(waiting)
    assert load_waiting(tmp_path) == [begun]
    finish_order(tmp_path, begun, done(id_))
    assert not has_waiting(tmp_path)
    assert load_done(tmp_path) == (done(id_),)


def test_pages_see_what_is_ordered_and_change_nothing(tmp_path: Path) -> None:
    assert load_ordered(tmp_path) == ()
    first, second = (place_order(tmp_path, WISH, WHEN + timedelta(seconds=n)) for n in range(2))
    begin_order(load_waiting(tmp_path)[0])
    (orders_folder(tmp_path) / "damaged.json").write_bytes(b"{")
    files = sorted(orders_folder(tmp_path).iterdir())
    assert [order.id for order in load_ordered(tmp_path)] == [first, second]
    assert sorted(orders_folder(tmp_path).iterdir()) == files


def test_orders_come_in_the_order_of_their_time(tmp_path: Path) -> None:
    ids = [place_order(tmp_path, WISH, WHEN.replace(second=second)) for second in (3, 1, 2)]
    assert [row.id for row in load_waiting(tmp_path)] == [ids[1], ids[2], ids[0]]


def test_one_that_was_noted_before_a_crash_is_not_carried_out_again(tmp_path: Path) -> None:
    id_ = place_order(tmp_path, WISH, WHEN)
    (waiting,) = load_waiting(tmp_path)
    begun = begin_order(waiting)
    octets = begun.path.read_bytes()
    finish_order(tmp_path, begun, done(id_))
    begun.path.write_bytes(octets)  # the crash came before the file went
    assert load_waiting(tmp_path) == []
    assert not begun.path.exists()


def test_attempts_are_counted_across_crashes(tmp_path: Path) -> None:
    place_order(tmp_path, WISH, WHEN)
    for attempt in range(3):
        (waiting,) = load_waiting(tmp_path)
        assert waiting.attempt == attempt
        begin_order(waiting)


@pytest.mark.parametrize("octets", [b"", b"[]", b"{}", b'{"order": "dance"}', b'{"order": "accept", "release": "7"}'])
def test_a_damaged_order_is_none(tmp_path: Path, octets: bytes) -> None:
    orders_folder(tmp_path).mkdir()
    (orders_folder(tmp_path) / "x.json").write_bytes(octets)
    (waiting,) = load_waiting(tmp_path)
    assert waiting.order is None


def test_only_so_many_wait_and_only_so_many_are_remembered(tmp_path: Path) -> None:
    for second in range(MOST_WAITING):
        place_order(tmp_path, Order(UPDATE_NOW), WHEN.replace(microsecond=second))
    with pytest.raises(StateFault, match=f"at most {MOST_WAITING}"):
        place_order(tmp_path, Order(UPDATE_NOW), WHEN)
    rows = load_waiting(tmp_path)
    for row in rows:
        finish_order(tmp_path, row, done(row.id))
    assert [row.id for row in load_done(tmp_path)] == [row.id for row in rows[-MOST_DONE:]]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Order("dance"), "expected one of accept"),
        (Order(SWITCH_ON, "x" * 2_001), "for source"),
        (Order(SWITCH_ON, "two\nlines"), "for source"),
        (Order(SWITCH_ON, "half \udc80"), "for source"),
        (Order(SWITCH_ON, release="7"), "for release"),  # type: ignore[arg-type]
        (Order(SWITCH_ON, None), "for source"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_order_is_refused(tmp_path: Path, order: Order, words: str) -> None:
    with pytest.raises(StateFault, match=words):
        place_order(tmp_path, order, WHEN)
    assert not has_waiting(tmp_path)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    orders_folder(tmp_path).mkdir()
    for name in ("done.json", "x.json.new", "note.txt", "a~b.json"):
        (orders_folder(tmp_path) / name).write_text("nonsense")
    assert load_waiting(tmp_path) == []
    assert load_done(tmp_path) == ()


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    orders_folder(tmp_path).write_text("a file in its place")
    with pytest.raises(StateFault, match="expected room for an order"):
        place_order(tmp_path, WISH, WHEN)
    assert not has_waiting(tmp_path)
    with pytest.raises(StateFault, match="expected orders"):
        load_waiting(tmp_path)
