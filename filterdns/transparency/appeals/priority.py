"""What comes first, claims of protection before all, and which names are opened before they are examined."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime

from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.appeals.trusted import is_accredited

_NEVER = datetime.max.replace(tzinfo=UTC)


def queue_key(case: Case, *, proven: bool = False) -> tuple[bool, bool, datetime, int]:
    """For sorting a queue: claims of protection first, then what a keeper asks, in each part by deadline.

    `proven`: whether somebody has proved control of the name in this case (requirements 4.4: it gives priority).
    """
    return not case.claim, not proven, case.due or _NEVER, case.id


def opens_at_once(name: str, terms: Terms, *, imported: bool, live_hit: bool, known_help: Container[str]) -> bool:
    """Whether a claim of protection opens an imported listing at once, before anybody has looked.

    A trusted signal speaks for it: an accredited suffix, or a directory of helplines that knows the name or one above
    it (`known_help`).  It does not lift malware or phishing that a feed saw within a day ("Decided since" 10).
    """
    if not imported or terms.is_legal or (terms.stays_while_live and live_hit):
        return False
    labels = name.split(".")
    return is_accredited(name) or any(".".join(labels[at:]) in known_help for at in range(len(labels) - 1))
