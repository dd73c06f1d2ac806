"""`filterdns` under a wall clock that a test moves: a file says how many seconds it is ahead of the machine's.

    python tests/browser/moved_clock.py FILE serve ...

All of it reads the time by one class, and its children are forked, so that what stands here counts in each of them;
monotonic time, which never jumps, goes on. To filterdns it is as if somebody had set the clock of the machine.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filterdns.__main__ import main
from filterdns.clock import Clock


class MovedClock:
    """The machine's clock and what a file adds to it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def when(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))

    def move(self, span: timedelta) -> None:
        """All at once for whoever reads it."""
        fresh = self._file.with_name(self._file.name + ".new")
        fresh.write_text(str(float(self._file.read_text()) + span.total_seconds()))
        fresh.replace(self._file)


if __name__ == "__main__":
    moved = MovedClock(Path(sys.argv.pop(1)))
    setattr(Clock, "when", lambda self: moved.when())  # noqa: B010
    sys.exit(main())
