"""What the process that keeps the lists is doing, for the console and the pages.

    STATE/progress.json     `Bulletin`, replaced at most twice a second while something is under way

Nothing is decided by it: a reader that finds it missing or damaged knows nothing, and that is all.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from filterdns.errors import StateFault

FETCH, PARSE, BUILD = "fetch", "parse", "build"
STEPS = (FETCH, PARSE, BUILD)
MOST_LINES, MOST_LINE_CHARACTERS = 40, 300  # of what the last update came to

_MOST_OCTETS = 65_536


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an update is: `number` of `of` of the sources, or of the parts of a build. 0 and "": not known."""

    step: str
    source: str = ""  # its identifier, or the part of the build in a word
    number: int = 0
    of: int = 0
    octets: int = 0  # received of this source
    names: int = 0  # read or written so far

    @property
    def text(self) -> str:
        """`fetching 3 of 9: ut1-gambling, 2.1 MB`."""
        verb = {FETCH: "fetching", PARSE: "reading", BUILD: "building"}.get(self.step, self.step)
        place = f" {self.number} of {self.of}" if self.of else ""
        details = [self.source] if self.source else []
        details += [f"{self.octets / 1e6:.1f} MB"] if self.octets else []
        details += [f"{self.names:,} names"] if self.names else []
        return f"{verb}{place}{': ' if details else ''}{', '.join(details)}"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What the keeper says of itself. Times are ISO 8601 in UTC by the machine's clock, "" where there is none."""

    progress: Progress | None = None  # None: nothing is under way
    begun_at: str = ""  # of what is under way
    ended_at: str = ""  # of the last update
    lines: tuple[str, ...] = ()  # what the last update came to
    fault: str = ""  # why the last one failed, in words
    log_fault: str = ""  # what is wrong with the log of decisions: nothing is appended to it, and no release is made
    next_at: str = ""  # when the next is due
    fetching: bool = True  # False: the configuration says that nothing is fetched
    online: bool = True  # False: this machine has no way to any other network
    clock_believed: bool = True  # False: nothing expires and nothing is late until the clock is right


def progress_file(state: Path) -> Path:
    """Where it is written."""
    return state / "progress.json"


def load_bulletin(state: Path) -> Bulletin | None:
    """The last one; None if there is none or it cannot be read."""
    try:
        with progress_file(state).open("rb") as file:
            values = json.loads(file.read(_MOST_OCTETS))
        if values["progress"] is not None:
            values["progress"] = Progress(**values["progress"])
        return Bulletin(**values | {"lines": tuple(values["lines"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def store_bulletin(state: Path, bulletin: Bulletin) -> None:
    """Replace it whole; not synchronised, since a crash may lose it. Raises StateFault."""
    path = progress_file(state)
    fresh = path.with_name(path.name + ".new")
    lines = [line[:MOST_LINE_CHARACTERS] for line in bulletin.lines[:MOST_LINES]]
    values = asdict(bulletin) | {"lines": lines, "fault": bulletin.fault[: 10 * MOST_LINE_CHARACTERS]}
    values["log_fault"] = bulletin.log_fault[: 10 * MOST_LINE_CHARACTERS]
    try:
        fresh.write_bytes(json.dumps(values, ensure_ascii=False).encode())
        fresh.replace(path)
    except OSError as error:
        raise StateFault(f"{path}: expected room for a line, got {error.strerror or error}") from error
