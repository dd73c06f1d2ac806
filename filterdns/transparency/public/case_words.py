"""Short texts about a case: where it stands, by when it is answered, what was decided, what comes of being late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from filterdns.transparency.locale.texts import marked
from filterdns.transparency.reasons.listing_words import SEEN_LIVE
from filterdns.transparency.reasons.words import MONTHS, Words

if TYPE_CHECKING:  # a home shows no case, and imports nothing of them
    from filterdns.transparency.appeals.case import Case
    from filterdns.transparency.appeals.events import Event

WEEKDAYS = (
    *(marked("Monday"), marked("Tuesday"), marked("Wednesday"), marked("Thursday")),
    *(marked("Friday"), marked("Saturday"), marked("Sunday")),
)

# An outcome: in few words, and what it means.
OUTCOMES = {
    "upheld": (marked("The listing stays"), marked("People have looked, and the reasons for the listing hold.")),
    "narrowed": (marked("Opened in part"), marked("The listing was too wide. It now covers less than before.")),
    "moved": (marked("Moved"), marked("It was listed in the wrong category. The old listing is gone.")),
    "removed": (marked("Opened"), marked("The listing was wrong and is gone. No list may bring it back for 180 days.")),
    "listed": (marked("Listed"), marked("Two people of different organisations agreed.")),
    "held": (marked("Closed for a short time"), marked("A protected site that seems to have been taken over.")),
    "protected": (marked("Protected"), marked("No list can close it.")),
    "declined": (marked("Not listed"), marked("People have looked, and the site stays open.")),
    "closed_not_examined": (marked("Not listed"), marked("Nobody looked at it in time, so the site stays open.")),
    "closed_no_decision": (marked("Not listed"), marked("Nobody decided in time, so the site stays open.")),
}

SUSPENDED = {
    "late": marked("Suspended: we were late. The listing does not count since {day}, and the site is open."),
    "signal": marked(
        "Opened at once on {day}, before anybody has looked: not everybody gets a name like this one, and no person "
        "had checked the listing."
    ),
    "person": marked("Suspended by a person on {day}: the listing does not count while others look."),
}

LATE = {
    "issuer": marked("We are late in passing this on. Those who ordered it decide; we cannot open it."),
    "live": marked("We are late. It stays closed, because a feed saw the danger within the last 24 hours."),
    "valve": marked("We are late. So many are late today that some wait: it opens by itself within 72 hours."),
}

FIELDS = {
    "health": marked("One of those who decide works in health."),
    "child_protection": marked("One of those who decide works in child protection."),
    "rights": marked("One of those who decide knows about privacy, security and rights."),
}

CAUSES = {
    "import_error": marked("A public list was wrong, and we took it over."),
    "shared_host": marked("The name is shared by many, and one of them was meant."),
    "resold": marked("The name belongs to somebody else now."),
    "cleaned": marked("The site had been broken into and is clean again."),
    "too_wide": marked("The listing covered more than it should."),
    "wrong_category": marked("It was in the wrong category."),
    "outdated": marked("The listing was out of date."),
    "other": marked("Another mistake."),
}

EVENTS = {
    "opened": marked("Received"),
    "joined": marked("Somebody else said the same"),
    "claimed": marked("Somebody said that this is help, health or learning"),
    "drawn": marked("People were drawn by lot"),
    "taken": marked("A person began to look"),
    "handed_over": marked("Handed over to another person"),
    "approved": marked("One person agreed to an outcome"),
    "voted": marked("One of the three decided"),
    "decided": marked("Decided"),
    "suspended": marked("Suspended: the listing does not count"),
    "late": marked("A deadline was missed"),
    "asked_again": marked("Passed to three others"),
    "withdrawn": marked("Withdrawn"),
    "in_force": marked("Carried out"),
    "seen": marked("Seen resolving again by our own test resolver"),
    "noted": marked("Noted by the machine"),
    "ended": marked("Closed for good"),
}

NOTES = {
    "refused": marked("A part of it could not be carried out: the rules of the lists refuse it"),
    "pinned": marked("A list names it again and is not followed there, because it won an appeal"),
}


class CaseWords(Words):
    """The texts in one language."""

    def weekday_text(self, day: date) -> str:
        """Friday 6 March 2030."""
        return self._("{weekday} {day} {month} {year}").format(
            weekday=self._(WEEKDAYS[day.weekday()]), day=day.day, month=self._(MONTHS[day.month - 1]), year=day.year
        )

    def due(self, due: datetime) -> str:
        """The day by which there is an answer: Friday 6 March 2030."""
        return self.weekday_text(due.astimezone(UTC).date())

    def clock(self, due: datetime) -> str:
        """The minute, for deadlines of a day: 14:05 UTC."""
        return f"{due.astimezone(UTC):%H:%M} UTC"

    def standing(self, case: Case) -> str:
        """Where a case stands, in a sentence."""
        due = self.due(case.due) if case.due else ""
        if case.state == "received" and case.kind == "proposal":
            return self._(
                "Received. A person looks at it by {day}; else it is closed, and the site stays open."
            ).format(day=due)
        if case.state == "received":
            return self._("Received. A person will look at this by {day}.").format(day=due)
        if case.state == "under_review":
            return self._("A person is looking at it. It is decided by {day}.").format(day=due)
        if case.state == "second":
            return self._("Three others are looking at it. It is decided by {day}.").format(day=due)
        if not case.outcome:
            return self._("Withdrawn. Nothing was changed.")
        decided = self.weekday_text(case.decided_at.astimezone(UTC).date()) if case.decided_at else ""
        return self._("Decided on {day}: {outcome}.").format(day=decided, outcome=self.outcome(case.outcome))

    def outcome(self, outcome: str) -> str:
        """What was decided, in few words."""
        return self._(OUTCOMES[outcome][0]) if outcome in OUTCOMES else outcome

    def outcome_meaning(self, outcome: str) -> str:
        """What a decision means."""
        return self._(OUTCOMES[outcome][1]) if outcome in OUTCOMES else ""

    def cause(self, cause: str) -> str:
        """What had gone wrong."""
        return self.of(CAUSES, cause)

    def suspended(self, case: Case) -> str:
        """Why and since when it does not count; "" if it does."""
        if not case.suspended or case.suspended_at is None:
            return ""
        return self.of(SUSPENDED, case.suspended).format(
            day=self.weekday_text(case.suspended_at.astimezone(UTC).date())
        )

    def late(self, case: Case) -> str:
        """Why lateness has opened nothing; "" if nothing is late."""
        return self.of(LATE, case.late) if case.late else ""

    def event(self, event: Event) -> str:
        """What happened, in few words."""
        return self.of(NOTES, str(event.data.get("what")), self.of(EVENTS, event.kind))

    def field(self, role: str | None) -> str:
        """Who has to be among those who decide; "" where nobody in particular."""
        return self.of(FIELDS, role) if role else ""

    def if_late(self, case: Case) -> str:
        """What happens when nobody answers in time, with the exception where one applies (requirements 4.4)."""
        if not case.challenges_listing:
            return self.proposal_late()
        if case.klass == "legal":
            return self._("Those who ordered it decide, so we cannot open it. We publish how long their answers take.")
        if case.category in SEEN_LIVE:
            return self._(
                "The listing stops counting by itself, and the site is open, unless a feed saw the danger during the "
                "last 24 hours."
            )
        return self._("The listing stops counting by itself, and the site is open.")

    def proposal_late(self) -> str:
        """What happens when nobody looks at a suggestion in time."""
        return self._(
            "If nobody looks at it in time, it is closed and the site stays open. Nothing is listed by waiting."
        )
