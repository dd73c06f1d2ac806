"""How far an update is: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

from filterdns.clock import Clock
from filterdns.lists.progress import Progress

LINE_SECONDS = 3.0  # between two lines where no terminal is
REDRAW_SECONDS = 0.1
_BAR = 24  # characters


class ProgressLine:
    """Takes steps of an update; `close` leaves a clean line behind."""

    def __init__(self, out: TextIO = sys.stderr, clock: Clock | None = None) -> None:
        self._out = out
        self._clock = clock or Clock()
        self._is_terminal = out.isatty()
        self._next = self._clock.now() + (0.0 if self._is_terminal else LINE_SECONDS)
        self._is_drawn = False

    def __call__(self, progress: Progress) -> None:
        """Show a step, if it is time to."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + (REDRAW_SECONDS if self._is_terminal else LINE_SECONDS)
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._out.write("\r" + f"{bar(progress)} {progress.text}"[:width].ljust(width))
            self._is_drawn = True
        else:
            self._out.write(f"{progress.text}\n")
        self._out.flush()

    def close(self) -> None:
        """Take the line away."""
        if self._is_drawn:
            self._out.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._out.flush()
            self._is_drawn = False


def bar(progress: Progress) -> str:
    """A bar of how much is done, `[######------]`; empty where nobody knows."""
    if not progress.of:
        return ""
    done = min(_BAR, _BAR * progress.number // progress.of)
    return f"[{'#' * done}{'-' * (_BAR - done)}]"
