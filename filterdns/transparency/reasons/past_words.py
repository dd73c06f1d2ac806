"""Short texts about what the log says of a name."""

from __future__ import annotations

from datetime import datetime

from filterdns.transparency.locale.texts import marked
from filterdns.transparency.reasons.past import Past
from filterdns.transparency.reasons.words import Words

REVOKED = {
    "suspended": marked("Suspended"),
    "emergency": marked("Taken off at once"),
    "allowed": marked("Opened"),
    "pinned": marked("Won an appeal"),
}
"""What a revocation that was added is called, by its basis."""

WHATS = {
    ("listing", "added"): marked("Put on the list"),
    ("listing", "changed"): marked("Entry changed"),
    ("listing", "removed"): marked("Taken off the list"),
    ("allowance", "added"): marked("Opened"),
    ("allowance", "changed"): marked("Opening changed"),
    ("allowance", "removed"): marked("Opening ended"),
    ("protected", "added"): marked("Protected as help, health or learning"),
    ("protected", "changed"): marked("Protection changed"),
    ("protected", "removed"): marked("Protection ended"),
    ("hold", "added"): marked("Held while people look"),
    ("hold", "changed"): marked("Hold changed"),
    ("hold", "removed"): marked("Hold ended"),
    ("shared_host", "added"): marked("Marked as used or shared by many"),
    ("shared_host", "changed"): marked("Mark as shared changed"),
    ("shared_host", "removed"): marked("No longer marked as shared"),
    ("revocation", "added"): marked("Suspended"),
    ("revocation", "changed"): marked("Suspension changed"),
    ("revocation", "removed"): marked("Suspension ended"),
}

OPENING = frozenset({("listing", "removed"), ("allowance", "added"), ("revocation", "added"), ("hold", "removed")})
"""Decisions that open a name, of which the test resolver says when they worked."""


def is_opening(kind: str, action: str) -> bool:
    """Whether a decision of this kind opens the name."""
    return (kind, action) in OPENING


class PastWords(Words):
    """The texts in one language."""

    def opens(self, event: Past) -> bool:
        """Whether a decision opens the name."""
        return is_opening(event.kind, event.action)

    def what(self, event: Past) -> str:
        """What was decided, in a few words."""
        if (event.kind, event.action) == ("revocation", "added") and event.basis in REVOKED:
            return self._(REVOKED[event.basis])
        words = WHATS.get((event.kind, event.action))
        return self._(words) if words else f"{event.kind}: {event.action}"

    def decided(self, event: Past) -> str:
        """When, and where that stands in the log."""
        return self._("Decided on {moment} (entry {index}).").format(
            moment=self.moment_text(event.at), index=event.index
        )

    def published(self, event: Past) -> str:
        """In which release it came out."""
        if event.published is None:
            return self._("Not yet in a release.")
        return self._("Published on {moment} in release {number} (entry {index}).").format(
            moment=self.moment_text(event.published.at), number=event.published.release, index=event.published.index
        )

    def seen_working(self, event: Past) -> str:
        """When our own test resolver saw the name resolve again."""
        if event.seen_working is None:
            return self._("Not yet seen resolving again by our own test resolver.")
        return self._("Seen resolving again by our own test resolver on {moment} (entry {index}).").format(
            moment=self.moment_text(event.seen_working.at), index=event.seen_working.index
        )

    def moment_text(self, at: datetime) -> str:
        """3 March 2030, 15:04 UTC."""
        return self._("{day}, {time} UTC").format(day=self.day_text(at.date()), time=f"{at:%H:%M}")


ENGLISH = PastWords()
