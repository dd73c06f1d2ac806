"""Rules of lint about days: what has ended, what is due, what nobody has looked at for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from filterdns.categories import Class
from filterdns.lists.lint_view import Finding, View, fault, warning
from filterdns.lists.opened import standing_allowances

WARNED_DAYS = 14  # before what is known in general ends ("Decided since" 4)

_LOOK = "look at it again and date it anew, or delete it"


def ended_or_due(view: View) -> Iterator[Finding]:
    """Listings that no longer count, that are due for a review, or that end soon without one."""
    content = {row.id for row in view.written.table.categories if row.klass is Class.CONTENT}
    today, soon = view.today, view.today + timedelta(days=WARNED_DAYS)
    for placed in view.written.listings:
        listing = placed.value
        if listing.expires is None or listing.review_due is None:
            continue
        if listing.expires <= today:
            yield fault(placed, "expires", f"a day after {today}", f"{listing.expires}", _LOOK)
        elif listing.review_due < today:
            yield warning(placed, "review_due", f"{today} or later", f"{listing.review_due}", _LOOK)
        elif listing.basis == "starter" and listing.category in content and listing.expires <= soon:
            remedy = "two people have to review it, or it ends"
            yield warning(placed, "expires", f"a day after {soon}", f"{listing.expires}", remedy)


def ended_holds(view: View) -> Iterator[Finding]:
    """Holds that are over."""
    for placed in view.written.holds:
        if placed.value.expires is not None and placed.value.expires <= view.today:
            yield fault(placed, "expires", f"a day after {view.today}", f"{placed.value.expires}", "delete it")


def ended_allowances(view: View) -> Iterator[Finding]:
    """Allowances and pins that are over, and keep off nothing that people had listed before."""
    written = view.written
    security = {row.id for row in written.table.categories if row.klass is Class.SECURITY}
    listings = [(placed.name, placed.value) for placed in written.listings]
    allowances = [placed.value for placed in written.allowances]
    when = datetime.combine(view.today, time(), UTC)
    standing = {id(each) for each in standing_allowances(allowances, listings, security, when)}
    for placed in written.allowances:
        if id(placed.value) not in standing:
            yield warning(placed, "until", f"a day after {view.today}", f"{placed.value.until}", "delete it")


def protected_unchecked(view: View) -> Iterator[Finding]:
    """Protected names whose last look is too long ago: lapsed names get sold. They are flagged and never dropped."""
    oldest = view.today - timedelta(days=view.written.table.protected.review_days)
    for placed in view.written.protected:
        checked_on = placed.value.about.get("checked_on", "")
        if checked_on and date.fromisoformat(checked_on) < oldest:
            remedy = "look whether the name is still that service's; it stays protected"
            yield warning(placed, "checked_on", f"{oldest} or later", checked_on, remedy)


RULES = (ended_or_due, ended_holds, ended_allowances, protected_unchecked)
