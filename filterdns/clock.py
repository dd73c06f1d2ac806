"""The one module that reads the time. Everything else is handed `now` or `when`.

`now` is monotonic seconds (float), for ages, deadlines and rates: it never jumps.
`when` is an aware datetime in UTC, for schedules, dates and expiry: a Pi has no clock of its own, so it may jump.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta

SECONDS_A_DAY = 86_400

_TIME_ERROR = 5  # of adjtimex(2): the clock is not synchronised
_TIMEX_OCTETS = 512  # struct timex is 208 octets or fewer; nothing in it is read, and zeros ask for no change
_TIMESYNCD_FILE = "/run/systemd/timesync/synchronized"  # systemd-timesyncd(8), where a sandbox refuses adjtimex


class Clock:
    """The machine's clock; tests hand in one of their own with the same two methods."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def nap(self, seconds: float) -> None:
        """Let the machine do something else for so long."""
        time.sleep(seconds)

    def when(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)


def day_number(when: datetime) -> int:
    """Days since 1970-01-01 in UTC: how expiry days are kept in the index."""
    return int(when.timestamp()) // SECONDS_A_DAY


def day_of(number: int) -> date:
    """The day of a `day_number`."""
    return date(1970, 1, 1) + timedelta(days=number)


def is_synchronised() -> bool:
    """Whether the kernel knows that a time server steers the clock. False is also for "cannot be told"."""
    if sys.platform != "linux":
        return False
    state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_OCTETS))
    return 0 <= state < _TIME_ERROR or os.path.exists(_TIMESYNCD_FILE)
