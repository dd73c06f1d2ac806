"""How much of what is decided in a category and a quarter one organisation decides (requirements 4.2). Pure.

What two people decided together is half of each one's organisation: otherwise two organisations that close names
together would both have all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

LEAST_DECISIONS = 10  # before that a share says nothing
SHOWN_FROM = 1 / 3
MOST = 1 / 2


@dataclass(frozen=True, slots=True)
class Power:
    """What was decided in one category and quarter. `parts`: decisions by organisation, with halves and thirds."""

    decisions: int = 0
    parts: Mapping[str, float] = field(default_factory=dict)

    def share(self, organisation: str) -> float:
        """Between 0 and 1; 0 while there are too few to count."""
        return self.parts.get(organisation, 0.0) / self.decisions if self.decisions >= LEAST_DECISIONS else 0.0

    @property
    def shown(self) -> list[tuple[str, float]]:
        """Organisations with a third or more, the largest first."""
        shares = [(organisation, self.share(organisation)) for organisation in self.parts]
        return sorted((each for each in shares if each[1] >= SHOWN_FROM), key=lambda each: (-each[1], each[0]))

    def would_be_too_much(self, organisations: Sequence[str]) -> str:
        """The organisation that one more decision of these would bring above one half; empty if none."""
        if self.decisions < LEAST_DECISIONS:
            return ""
        added = Counter(organisations)
        for organisation, voices in added.items():
            part = self.parts.get(organisation, 0.0) + voices / len(organisations)
            if part / (self.decisions + 1) > MOST:
                return organisation
        return ""


def power_of(decisions: Iterable[Sequence[str]]) -> Power:
    """From the organisations of those who made each decision."""
    parts: dict[str, float] = {}
    count = 0
    for organisations in decisions:
        if not organisations:
            continue  # the clock's
        count += 1
        for organisation in organisations:
            parts[organisation] = parts.get(organisation, 0.0) + 1 / len(organisations)
    return Power(count, parts)


def why_too_much(power: Power, organisations: Sequence[str], *, others_qualify: bool, are_maintainers: bool) -> str:
    """Why these cannot decide one more; empty if they can.

    Maintainers go on while nobody of another organisation qualifies: a list without an answer would be worse, and the
    pages say who decides.
    """
    organisation = power.would_be_too_much(organisations)
    if not organisation or (are_maintainers and not others_qualify):
        return ""
    return (
        f"{organisation} has decided {power.share(organisation):.0%} of this category in this quarter. No organisation "
        "decides more than half, so somebody of another one has to."
    )


def quarter_begins(when: datetime) -> datetime:
    """The first moment of the quarter, in UTC."""
    day = when.astimezone(UTC)
    return datetime(day.year, 3 * ((day.month - 1) // 3) + 1, 1, tzinfo=UTC)
