"""What a verification found: what was looked at, and each thing that is not what it must be."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from filterdns.visible import visible

MOST_FAULTS = 50  # that are told; a log with more is told from one with fewer by the count alone


@dataclass(frozen=True, slots=True)
class LogFinding:
    """One fault. `means`: what follows from it, for people who do not read the formats."""

    where: str
    expected: str
    got: str
    means: str

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}. {self.means}"


@dataclass(slots=True)
class Report:
    """All of it. Times are as entries have them; counts are of what was looked at."""

    where: str
    note: bytes = b""  # the checkpoint as it was read
    origin: str = ""
    size: int = 0
    root: str = ""  # hexadecimal
    signed_by: tuple[str, ...] = ()  # vkeys
    cosigned: dict[str, int] = field(default_factory=dict)  # POSIX seconds by witness of the policy
    types: dict[str, int] = field(default_factory=dict)  # entries by type
    first_at: str = ""
    last_at: str = ""
    last_day: str = ""
    has_ended: bool = False
    opened: int = 0  # statements that are what the log committed to
    erased: int = 0
    closed: int = 0  # of HASHED names: nobody can open them who does not know the name
    releases: int = 0  # whose manifest, entry or proof lay beside the log
    held: tuple[str, ...] = ()  # older checkpoints that this log continues: where each is from
    faults: list[LogFinding] = field(default_factory=list)
    more_faults: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def add(self, where: str, expected: str, got: object, means: str) -> None:
        """Take down a fault, or count it where there are many already."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(LogFinding(where, visible(expected), visible(str(got)[:200]), means))
        else:
            self.more_faults += 1

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {"sound": self.is_sound, **asdict(self), "note": self.note.decode("utf-8", "replace")}
