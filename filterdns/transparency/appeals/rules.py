"""Deadlines and what happens when they are missed: requirements 4.1 to 4.4 and "Decided since", as one table.

The clock runs against the list, not against the site: what is not answered in time is opened, what is not examined in
time is never listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from filterdns.categories import Class


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them, with the reasons for their values."""

    claim: timedelta = timedelta(hours=24)  # "this is health, help, education or support": a person looks, or it opens
    second_step_open: timedelta = timedelta(days=60)  # after a decision, to ask three others
    second_step: timedelta = timedelta(days=14)
    triage: timedelta = timedelta(days=3)  # of a proposal; then it is closed as not examined
    triage_security: timedelta = timedelta(hours=24)
    review: timedelta = timedelta(days=14)  # of a proposal that somebody has looked at; then it is closed, undecided
    review_security: timedelta = timedelta(hours=48)
    live_hit: timedelta = timedelta(hours=24)  # a feed of malware or phishing that saw it so lately keeps it closed
    pin: timedelta = timedelta(days=180)  # that no feed may bring back what won an appeal
    new_facts: timedelta = timedelta(days=90)  # that a repeated appeal needs something new
    mail: timedelta = timedelta(days=30)  # after the end of a case its address is deleted
    hold: timedelta = timedelta(hours=72)  # of a protected host that is broken into; one renewal
    valve_least: int = 50  # suspensions by lateness a category and day, at least
    valve_share: float = 0.01  # of the category's listings
    valve_by_itself: timedelta = timedelta(hours=72)
    valve_extended: timedelta = timedelta(days=14)  # the longest that an auditor may make it, from its first hour
    late_cases_a_month: int = 3  # in a category; from then on the front page says that hands are missing


LIVE_CATEGORIES = frozenset({"malware", "phishing"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What the taxonomy says of a category that is needed here. `appeal`: until an appeal is decided."""

    category: str
    klass: Class
    appeal: timedelta
    publication: str  # open, hashed or counted

    @property
    def is_legal(self) -> bool:
        """Whether an office outside decides: we forward, and lateness opens nothing."""
        return self.klass is Class.LEGAL

    @property
    def is_security(self) -> bool:
        return self.klass is Class.SECURITY

    @property
    def stays_while_live(self) -> bool:
        """Whether a fresh sighting by an accepted feed stands against lateness."""
        return self.category in LIVE_CATEGORIES


def appeal_due(terms: Terms, rules: Rules, opened: datetime, *, claim: bool) -> datetime:
    """When an appeal is to be decided."""
    return opened + (min(rules.claim, terms.appeal) if claim else terms.appeal)


def proposal_due(terms: Terms, rules: Rules, since: datetime, *, examined: bool) -> datetime:
    """When a proposal is to be looked at, or, once it was, to be decided."""
    if examined:
        return since + (rules.review_security if terms.is_security else rules.review)
    return since + (rules.triage_security if terms.is_security else rules.triage)


def most_suspensions(rules: Rules, listings: int) -> int:
    """How many listings of a category lateness may open in a day: a script must not empty a list."""
    return max(rules.valve_least, int(listings * rules.valve_share))
