from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.calendar import Calendar
from filterdns.clock import Clock, day_number, is_synchronised
from filterdns.confirmed import clock_file, confirm_clock, is_confirmed, vouching_for
from filterdns.errors import StateFault

BUILT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=365)


class Machine:
    """A calendar and the clock that it looks at."""

    def __init__(self, when: datetime = BUILT, built: datetime | None = BUILT) -> None:
        self.synchronised = False
        self.asked = 0
        self.calendar = Calendar(self._is_right)
        self.calendar.built_at = built.isoformat() if built else ""
        self.now, self.when = 100.0, when
        self.look()

    def _is_right(self, base: float) -> bool:
        self.asked += 1
        return self.synchronised

    def look(self, passed: timedelta = timedelta(), jump: timedelta = timedelta()) -> date:
        self.now += passed.total_seconds()
        self.when += passed + jump
        return date(1970, 1, 1) + timedelta(self.calendar.day(self.now, self.when))

    @property
    def believed(self) -> bool:
        return self.calendar.is_believed

    @property
    def moment(self) -> datetime:
        return self.calendar.moment(self.now)


def test_a_clock_that_runs_is_believed_and_nobody_is_asked() -> None:
    machine = Machine()
    assert machine.look(DAY) == date(2026, 11, 24)
    assert machine.look(400 * DAY) == date(2026, 11, 24) + 400 * DAY
    assert machine.believed
    assert machine.moment == machine.when
    assert not machine.asked


@pytest.mark.parametrize("hours", [1, -1])
def test_an_hour_either_way_is_an_hour(hours: int) -> None:
    machine = Machine()
    assert machine.look(jump=timedelta(hours=hours)) == BUILT.date()
    assert machine.look(DAY) == BUILT.date() + DAY
    assert machine.believed


def test_a_day_never_goes_back_for_a_small_step() -> None:
    machine = Machine(datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    assert machine.look(jump=-timedelta(hours=1)) == date(2026, 11, 24)


def test_a_year_forward_stops_the_day_until_the_clock_is_back() -> None:
    machine = Machine()
    assert machine.look(jump=YEAR) == BUILT.date()
    assert machine.look(2 * DAY) == BUILT.date()
    assert not machine.believed
    assert machine.moment == BUILT + 2 * DAY  # what was, and the time since
    assert machine.look(jump=-YEAR) == BUILT.date() + 2 * DAY
    assert machine.believed


def test_a_jump_forward_of_a_synchronised_clock_is_believed() -> None:
    machine = Machine()
    machine.look(jump=YEAR)
    machine.synchronised = True
    assert machine.look(DAY) == BUILT.date() + YEAR + DAY
    assert machine.believed
    machine.synchronised = False
    assert machine.look(DAY) == BUILT.date() + YEAR + 2 * DAY
    assert machine.moment == machine.when


def test_a_jump_back_stops_the_day_until_it_is_known_which_was_right() -> None:
    machine = Machine(BUILT + YEAR)
    assert machine.look(jump=-YEAR + DAY) == BUILT.date() + YEAR
    assert not machine.believed
    machine.synchronised = True
    assert machine.look() == BUILT.date() + DAY  # what had expired by the wrong clock counts again
    assert machine.believed


def test_a_machine_without_a_clock_has_the_day_of_the_build_until_a_server_tells() -> None:
    machine = Machine(datetime(1970, 1, 1, tzinfo=UTC))
    assert machine.look(DAY) == BUILT.date()
    assert not machine.believed
    assert machine.moment == BUILT + DAY
    machine.look(jump=BUILT + 30 * DAY - machine.when)
    assert not machine.believed
    assert machine.look() == BUILT.date()
    machine.synchronised = True
    assert machine.look() == BUILT.date() + 30 * DAY
    assert machine.believed


def test_a_clock_a_little_behind_the_build_is_believed_once_it_has_passed_it() -> None:
    machine = Machine(BUILT - timedelta(hours=2))
    assert not machine.believed
    assert machine.look(timedelta(hours=3)) == BUILT.date()
    assert machine.believed


def test_a_build_of_the_future_does_not_outweigh_a_synchronised_clock() -> None:
    machine = Machine(built=BUILT + YEAR)
    assert machine.look() == BUILT.date() + YEAR
    machine.synchronised = True
    assert machine.look(DAY) == BUILT.date() + DAY
    machine.synchronised = False  # the server is away for a while
    assert machine.look(DAY) == BUILT.date() + 2 * DAY
    assert machine.believed
    assert machine.moment == machine.when


def test_without_a_build_the_clock_is_all_there_is() -> None:
    machine = Machine(datetime(1970, 1, 2, tzinfo=UTC), None)
    assert machine.look() == date(1970, 1, 2)
    machine.calendar.built_at = BUILT.isoformat()
    assert machine.look() == BUILT.date()
    assert not machine.believed
    machine.calendar.built_at = "nonsense"
    machine.look()
    assert machine.believed is False  # the guess stays where the build had moved it


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-1e9, 1e9)), max_size=20))
def test_a_clock_that_nothing_vouches_for_never_expires_more_than_time_and_a_day_a_look(
    looks: list[tuple[float, float]],
) -> None:
    machine = Machine()
    before, elapsed = machine.look(), 0.0
    for passed, jump in looks:
        elapsed += passed
        day = machine.look(timedelta(seconds=passed), timedelta(seconds=jump))
        assert before <= day
        before = day
    assert before <= (BUILT + timedelta(seconds=elapsed) + (len(looks) + 1) * DAY).date()


def test_a_confirmation_holds_for_the_clock_that_was_confirmed(tmp_path: Path) -> None:
    calendar = Calendar(vouching_for(tmp_path) if not is_synchronised() else lambda base: is_confirmed(tmp_path, base))
    calendar.built_at = BUILT.isoformat()
    assert calendar.day(100.0, BUILT + YEAR) == day_number(BUILT + YEAR)
    assert calendar.day(200.0, BUILT + DAY) == day_number(BUILT + YEAR)
    confirm_clock(tmp_path, 300.0, BUILT + DAY)
    assert calendar.day(400.0, BUILT + DAY) == day_number(BUILT + DAY)
    assert calendar.day(500.0, BUILT + YEAR) == day_number(BUILT + DAY)


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b'{"base": "x"}', b'{"base": null}'])
def test_a_damaged_confirmation_confirms_nothing(tmp_path: Path, octets: bytes) -> None:
    assert not is_confirmed(tmp_path, 0.0)
    clock_file(tmp_path).write_bytes(octets)
    assert not is_confirmed(tmp_path, 0.0)


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StateFault, match="expected room"):
        confirm_clock(tmp_path / "missing", Clock().now(), Clock().when())


def test_the_kernel_can_be_asked() -> None:
    assert is_synchronised() in (True, False)
