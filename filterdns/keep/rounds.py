"""A round: what the keeper looks after between updates, in a child of its own. At a publisher that is its log, at a
home the publisher whose decisions it takes.

What a round does is handed in; here is when, and what is made of its outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from filterdns.clock import Clock
from filterdns.keep.priority import CHILD_OOM_SCORE, step_back


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to, as plain values: it travels to the keeper through a pipe.

    `lines` are for people, `log_fault` is what stands against the log ("" if nothing does), `build` asks for an update.
    """

    next_seconds: float
    lines: tuple[str, ...] = ()
    log_fault: str = ""
    build: bool = False


GoRound = Callable[[Clock, bool], Round]
"""Does a round at the time of a clock; the first one of a keeper looks at everything (True). Raises FilterdnsError."""


@dataclass(frozen=True, slots=True)
class RoundErrand:
    """One round. `clock`: the machine's, or a steady one while that is in doubt."""

    go: GoRound
    clock: Clock
    is_first: bool

    def run(self) -> Round:
        """In the child, behind everything else. Raises FilterdnsError."""
        step_back(idle=not self.is_first, oom_score=CHILD_OOM_SCORE)
        return self.go(self.clock, self.is_first)
