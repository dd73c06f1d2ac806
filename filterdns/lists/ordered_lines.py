"""Lines of a file that are in order, found by halves and never loaded whole: names of a run."""

from __future__ import annotations

from typing import IO

_MOST_LINE_OCTETS = 256  # a name and its line feed


def find_line(file: IO[bytes], start: int, stop: int, name: bytes) -> int:
    """Where the first line begins that is not before a name, among lines in order; `stop` if there is none."""
    while start < stop:
        middle = _line_start(file, (start + stop) // 2, start)
        file.seek(middle)
        line = file.readline()
        if line.rstrip(b"\n") < name:
            start = middle + len(line)
        else:
            stop = middle
    return start


def _line_start(file: IO[bytes], at: int, least: int) -> int:
    """Where the line begins that this octet belongs to; lines begin at `least` and end before `at + 256`."""
    low = max(least, at - _MOST_LINE_OCTETS)
    file.seek(low)
    return low + file.read(at - low).rfind(b"\n") + 1


def line_at(file: IO[bytes], at: int, least: int) -> bytes:
    """The name in the line that this octet belongs to."""
    file.seek(_line_start(file, at, least))
    return file.readline().rstrip(b"\n")
