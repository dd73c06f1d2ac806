"""English texts of closed sets on the public pages, marked for the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from filterdns.categories import Class
from filterdns.transparency.locale.texts import marked

# In the order of the page.
CLASSES: Mapping[Class, tuple[str, str]] = {
    Class.SECURITY: (marked("Security"), marked("What harms devices, accounts and wallets, whatever somebody's age.")),
    Class.CONTENT: (marked("Content"), marked("What a family may want to keep from children.")),
    Class.BYPASS: (marked("Ways around"), marked("Useful tools, not bad ones, that also lead past a filter.")),
    Class.OVERUSE: (
        marked("Over-use"),
        marked("Good things that can take too much time. Families set hours for them."),
    ),
    Class.LEGAL: (
        marked("Law"),
        marked("What a court or an authority orders of one operator. Never part of the project's own lists."),
    ),
}

# A default: what the badge says, and what it means.
LETTERS: Mapping[str, tuple[str, str]] = {
    "B": (marked("closed"), marked("not opened, unless the household decides otherwise")),
    "S": (marked("at hours"), marked("open in the hours that the family sets, closed outside them")),
    "O": (marked("counted"), marked("never closed; how often is told to the people that the thing belongs to")),
    "C": (marked("asked"), marked("browsers are asked to stay with the network's DNS; nothing is closed")),
    "A": (marked("open"), marked("open, unless the household decides otherwise")),
}

PUBLICATIONS: Mapping[str, tuple[str, str]] = {
    "open": (marked("Open"), marked("The whole list is public.")),
    "hashed": (
        marked("Not to be browsed"),
        marked(
            "Whoever asks for a name gets its reasons. The list is given out as salted hashes, so that nobody reads it "
            "as a menu; auditors get the plain text."
        ),
    ),
    "counted": (marked("Counted"), marked("Only totals are public.")),
}

SHARES: Mapping[str, str] = {
    "imported": marked("Imported from public lists; no person here checked them"),
    "starter": marked("Known in general, not yet reviewed by two people"),
    "reviewed": marked("Reviewed by two people of different organisations"),
    "ordered": marked("Ordered by a court or an authority"),
}

# (kind, action) of a decision.
DECISIONS: Mapping[tuple[str, str], str] = {
    ("listing", "added"): marked("Listed"),
    ("listing", "changed"): marked("Listing changed"),
    ("listing", "removed"): marked("Taken off the list"),
    ("allowance", "added"): marked("Opened by an exception"),
    ("allowance", "changed"): marked("Exception changed"),
    ("allowance", "removed"): marked("Exception ended"),
    ("protected", "added"): marked("Protected"),
    ("protected", "changed"): marked("Protection changed"),
    ("protected", "removed"): marked("No longer protected"),
    ("hold", "added"): marked("Closed for a short time"),
    ("hold", "changed"): marked("Short closure changed"),
    ("hold", "removed"): marked("Short closure ended"),
    ("shared_host", "added"): marked("Known to be shared by many"),
    ("shared_host", "changed"): marked("Shared by many: changed"),
    ("shared_host", "removed"): marked("No longer known to be shared"),
    ("source", "added"): marked("Public list taken in"),
    ("source", "changed"): marked("Public list: changed"),
    ("source", "removed"): marked("Public list left out"),
    ("copy", "added"): marked("Copy of a public list decided on"),
    ("revocation", "added"): marked("Suspended"),
    ("revocation", "changed"): marked("Suspension changed"),
    ("revocation", "removed"): marked("Suspension ended"),
    ("taxonomy", "added"): marked("Categories set"),
    ("taxonomy", "changed"): marked("Categories changed"),
}

KINDS: Mapping[str, str] = {
    "listing": marked("Listings"),
    "allowance": marked("Exceptions"),
    "protected": marked("Protected names"),
    "hold": marked("Short closures"),
    "shared_host": marked("Hosts shared by many"),
    "source": marked("Public lists"),
    "copy": marked("Copies of public lists"),
    "revocation": marked("Suspensions"),
    "taxonomy": marked("Categories themselves"),
}

ACTIONS: Mapping[str, str] = {
    "added": marked("Began"),
    "changed": marked("Changed"),
    "removed": marked("Ended"),
}

HELP_KINDS: Mapping[str, str] = {
    "child_helpline": marked("For children and young people"),
    "crisis": marked("When everything is too heavy"),
    "violence": marked("Violence at home"),
    "emergency": marked("Emergency"),
    "image_removal": marked("Have a picture taken down"),
    "abuse_report": marked("Report abuse"),
}


def decision_title(kind: str, action: str, texts: NullTranslations) -> str:
    """What was decided, in few words."""
    words = DECISIONS.get((kind, action))
    return texts.gettext(words) if words else f"{kind}: {action}"


_HOURS_TO_SAY = 72  # shorter spans are told in hours
_DAYS_TO_SAY = 150  # longer ones in months


def span_text(hours: int, texts: NullTranslations) -> str:
    """How long that is, as people say it: hours, days or months."""
    days = hours // 24
    if hours < _HOURS_TO_SAY:
        return texts.ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    if days < _DAYS_TO_SAY:
        return texts.ngettext("{count} day", "{count} days", days).format(count=days)
    months = round(days * 12 / 365.25)
    return texts.ngettext("{count} month", "{count} months", months).format(count=months)
