"""Which day it is for what expires, is late or ends: a clock is believed only while nothing speaks against it.

A small machine may have no clock of its own. It starts in the past, and jumps once a time server has been asked; or
somebody sets it wrong by a year, and every listing would expire at once. So, with the moment at which the release in
use was built and a clock that never jumps (monotonic seconds) to compare with:

- a clock that is behind `built_at` is not believed: it is the day of the build;
- a clock that has jumped by more than a day, forward or back, is not believed: the day stands still;
- it is believed again when it is back where it was, when it is synchronised (the kernel knows), or when a person has
  confirmed it. Then the day may go back too: what had expired by a wrong clock counts again.

What a machine shows when it starts is believed, as long as it is not behind the build: it may have been off for long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from filterdns.clock import SECONDS_A_DAY, day_number

MOST_STEP_SECONDS = 86_400.0


def is_never_right(base: float) -> bool:
    """Nothing vouches for the clock."""
    return False


class Calendar:
    """The day by a clock and its reasons. Looked at each second or so; `when` may be anything, `now` never jumps.

    `is_right` is asked while a clock is in doubt, with its wall seconds at monotonic 0: whether it is synchronised or
    confirmed.
    """

    def __init__(self, is_right: Callable[[float], bool] = is_never_right) -> None:
        self.built_at = ""  # of the release in use, ISO 8601
        self._is_right = is_right
        self._guess: float | None = None  # wall seconds at monotonic 0: of the clock believed last, or of the build
        self._last = 0
        self._wrong_build = ""  # a `built_at` that a right clock has shown to be ahead of its time
        self.is_believed = True  # as of the last look

    def day(self, now: float, when: datetime) -> int:
        """Days since 1970-01-01 UTC. It goes back only when a clock that was too far ahead is put right."""
        built = self._built_seconds()
        base = when.timestamp() - now
        guess = self._guess = max(base if self._guess is None else self._guess, built - now)
        self.is_believed = when.timestamp() >= built and abs(base - guess) <= MOST_STEP_SECONDS
        if self.is_believed:
            self._guess = base
            self._last = max(self._last, day_number(when))
        elif self._is_right(base):
            self.is_believed = True
            self._guess = base
            if when.timestamp() < built:
                self._wrong_build = self.built_at
            self._last = day_number(when)
        else:
            self._last = max(self._last, int(built) // SECONDS_A_DAY)
        return self._last

    def moment(self, now: float) -> datetime:
        """The best guess at the time, whatever the clock says: what it was when it was believed, and the seconds since.

        Before the first look: the moment of the build.
        """
        seconds = self._built_seconds() if self._guess is None else self._guess + now
        return datetime.fromtimestamp(max(0.0, seconds), UTC)

    def _built_seconds(self) -> float:
        if self.built_at == self._wrong_build:  # "" is both until there is a release
            return 0.0
        try:
            built = datetime.fromisoformat(self.built_at)
        except ValueError:
            return 0.0
        return (built if built.tzinfo else built.replace(tzinfo=UTC)).timestamp()
