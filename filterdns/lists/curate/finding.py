"""What the guard says of a new copy of a source: an action, and the findings that lead to it, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ACCEPT, HOLD, SWITCH_OFF = "accept", "hold", "switch_off"

# Who accepted a copy.
GUARD, PERSON, SHRINK_RULE, ROLLBACK = "guard", "person", "shrink_rule", "rollback"

# Rules about the copy itself.
HTML, EMPTY, FEW, MANY, REJECTED, DOUBLED = "html", "empty", "few", "many", "rejected", "doubled"
# Rules about what it changes.
SHRANK, GREW, REPLACED, CATEGORY = "shrank", "grew", "replaced", "category"
# Rules about what it names.
P1_HIT, P2_HIT = "p1", "p2"
# What people or the guard decided before.
KEPT_OLD, PINNED, OFF = "kept_old", "pinned", "switched_off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that stands against a copy. `words` are for people, `numbers` for pages in other languages."""

    rule: str
    words: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a copy. `words` say what it would change; accepted copies may have findings too."""

    action: str  # ACCEPT, HOLD or SWITCH_OFF
    findings: tuple[Finding, ...] = ()
    words: str = ""
    by: str = GUARD  # who accepts

    @property
    def rules(self) -> frozenset[str]:
        """The rules that stand against it."""
        return frozenset(finding.rule for finding in self.findings)
