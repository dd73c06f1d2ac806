"""What each figure is called and how it was counted, in English texts marked for the catalogues; values as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from filterdns.transparency.locale.texts import marked
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.rows import Row

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class What:
    """A figure: its title, and how it is counted, with the denominator where it has one."""

    title: str
    how: str


FIGURES: Mapping[str, What] = {
    "received": What(
        marked("Appeals received"),
        marked("Every form that somebody sent about a listing. Many appeals about one listing are one case."),
    ),
    "decided": What(
        marked("Decisions on appeals"),
        marked("Decisions of cases that people brought, those of a second step among them."),
    ),
    "in_time": What(
        marked("Decided in time"),
        marked("Decisions on or before the day that was promised, of all decisions on appeals."),
    ),
    "days_median": What(
        marked("Days to decide, median"),
        marked("From the first appeal, or from the request for a second step, to the decision: half were quicker."),
    ),
    "days_p90": What(
        marked("Days to decide, nine of ten"),
        marked("The same: nine of ten took no longer than this."),
    ),
    "late": What(
        marked("Deadlines missed"),
        marked("Cases that were not decided on the promised day, whatever came of it."),
    ),
    "late_opened": What(
        marked("Opened because we were late"),
        marked("Cases of those in which the listing was suspended by the clock."),
    ),
    "capacity": What(
        marked("Categories that lack hands"),
        marked("Late cases of the last 30 days, in categories with three of them or more."),
    ),
    "overturned": What(
        marked("Overturned"),
        marked("Cases that ended with a name taken off, narrowed or moved, of all decided ones, by the last decision."),
    ),
    "days_wrong": What(
        marked("Days wrongly closed, added up"),
        marked(
            "For each overturned case, from the day on which the list named the site, or on which we listed it, to the "
            "day on which it opened. Cases of which the first day is not known are left out."
        ),
    ),
    "days_wrong_median": What(
        marked("Days wrongly closed, median"), marked("The same for one case: half were shorter.")
    ),
    "second_changed": What(
        marked("Second step: decided otherwise"),
        marked("Of cases that three others looked at again, those that ended otherwise than the first time."),
    ),
    "waiting": What(marked("Waiting now"), marked("Cases about a listing that are open today.")),
    "waiting_longest": What(marked("Longest wait, days"), marked("The age of the oldest of them.")),
    "fresh_imported_median": What(
        marked("Imported names: days since confirmed, median"),
        marked("Days since the list was last seen to serve what is used of it; each name counts once."),
    ),
    "fresh_imported_p90": What(
        marked("Imported names: days since confirmed, nine of ten"),
        marked("The same: for nine of ten names it is no more than this."),
    ),
    "fresh_source": What(marked("Days since each public list was confirmed"), marked("The same, list by list.")),
    "fresh_own_median": What(
        marked("Our own entries: days since a person agreed, median"),
        marked("Days since the last approval of each entry, or since it was listed."),
    ),
    "fresh_own_p90": What(
        marked("Our own entries: days since a person agreed, nine of ten"),
        marked("The same: for nine of ten entries it is no more than this."),
    ),
    "past_review": What(
        marked("Own entries past the day of their review"),
        marked("Of our own entries that have such a day. They still count until they run out."),
    ),
    "past_expiry": What(
        marked("Own entries past their end"),
        marked("Counted among the entries that are in force. The clock drops them, so this is always 0."),
    ),
    "bases": What(
        marked("How entries came"),
        marked("One entry is one name in one category. Names made for tests are left out."),
    ),
    "protected": What(
        marked("Protected names"), marked("Names of help, health and learning that no list can close.")
    ),
    "names": What(marked("Names in each category"), marked("As the release in use counts them.")),
    "orders": What(
        marked("Entries that a state ordered"),
        marked("Entries in force today because a court or an authority ordered them."),
    ),
    "orders_challenged": What(
        marked("Appeals against orders"),
        marked("Received in categories that an office outside decides; we forward them."),
    ),
    "orders_unanswered": What(
        marked("Orders: appeals not answered in time"),
        marked("Cases that the office has not answered on the promised day and that still wait."),
    ),
    "orders_unanswered_longest": What(
        marked("Orders: longest wait after that day, days"), marked("The oldest of them.")
    ),
    "orders_received": What(
        marked("Orders entered"), marked("Entries of orders that this log has had added within the twelve months.")
    ),
    "removal_median": What(
        marked("From a decision to a site that opens, median"),
        marked("From a decision that opened a name until our own test resolver resolved it again: half were quicker."),
    ),
    "removal_p95": What(
        marked("From a decision to a site that opens, 19 of 20"),
        marked("The same: 19 of 20 took no longer than this. Promised is a day."),
    ),
    "removal_in_day": What(
        marked("Open within a day of the decision"),
        marked("Of decisions that opened a name, also those that our test resolver has not seen yet after a day."),
    ),
    "add_median": What(
        marked("From a decision to a listing, median"),
        marked("From the day that two people agreed until a release had it: half were quicker."),
    ),
    "add_p95": What(
        marked("From a decision to a listing, 19 of 20"), marked("The same: 19 of 20 took no longer than this.")
    ),
    "import_p95": What(
        marked("From a public list to a release, 19 of 20"),
        marked(
            "From when we fetched a list that names something new until a release with it was in the log; each new "
            "name counts once. How long its keeper knew it before nobody can say."
        ),
    ),
    "precision": What(
        marked("Right in a sample"),
        marked(
            "Of names drawn by lot in the last quarter, at which people looked again, those that are what their list "
            "says. A public list with more than 1 wrong in 20 is switched off; of our own 1 in 50 has all looked at."
        ),
    ),
    "partners": What(
        marked("Kinds of partners who decide"),
        marked("Share of the decisions of twelve months. What two decided together is half of each one's kind."),
    ),
    "power": What(
        marked("Organisations that decide much"),
        marked(
            "Share of the decisions in a category and quarter, from ten decisions on. What two people decided together "
            "is half of each one's organisation. Shown from one third; nobody may come above one half."
        ),
    ),
}  # fmt: skip

BREAKDOWNS: Mapping[str, str] = {
    r.CATEGORY: marked("Category"),
    r.SOURCE: marked("Public list"),
    r.MONTH: marked("Month"),
    r.BASIS: marked("Kind of entry"),
    r.AUTHORITY: marked("Authority"),
    r.ORGANISATION: marked("Organisation"),
    r.PARTNER: marked("Kind of partner"),
}

HIDDEN_WORDS = marked("too few to show")
NOTHING = "–"  # of a share of no cases
OWN_WORDS = marked("Our own entries")
UNKNOWN_WORDS = marked("Not known")
PART_WORDS = marked("{part} of {of}")


def value_text(row: Row, texts: NullTranslations) -> str:
    """The value as people read it."""
    if row.mark == r.HIDDEN:
        return texts.gettext(HIDDEN_WORDS)
    if row.value is None:
        return NOTHING
    if row.unit == r.SHARE:
        return percent_text(row.value)
    if row.unit == r.DAYS:
        return days_text(row.value, texts)
    if row.unit == r.HOURS:
        return hours_text(row.value, texts)
    return f"{round(row.value):,}"


def percent_text(value: float) -> str:
    """A share in percent; what is there and tiny is not told as nothing, nor what is nearly all as all."""
    percent = value * 100
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.0f} %" if percent in (0, 100) or 1 <= percent <= 99 else f"{percent:.1f} %"


def days_text(value: float, texts: NullTranslations) -> str:
    """A number of days, with a decimal where it is short and not whole."""
    shown = f"{value:,.1f}" if value < 10 and value != round(value) else f"{round(value):,}"
    count = 1 if shown == "1" else 2
    return texts.ngettext("{shown} day", "{shown} days", count).format(shown=shown)


def hours_text(value: float, texts: NullTranslations) -> str:
    """A span in minutes where it is short, else in hours."""
    if value < 2:
        minutes = max(1, round(value * 60))
        return texts.ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    hours = round(value)
    return texts.ngettext("{count} hour", "{count} hours", hours).format(count=hours)


def interval_text(row: Row) -> str:
    """The interval of a share; "" if it has none."""
    return f"{percent_text(row.low)} – {percent_text(row.high)}" if row.low is not None and row.high is not None else ""
