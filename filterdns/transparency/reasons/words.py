"""What all short texts share: a language's catalogue, days, and the names of profiles.

Every text is a whole sentence, or a whole entry of a table, that a translator sees as it will be read; what changes in
it stands in braces.  No sentence is put together from pieces, since word order is each language's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from gettext import NullTranslations

from filterdns.transparency.locale.texts import marked

MONTHS = (
    marked("January"),
    marked("February"),
    marked("March"),
    marked("April"),
    marked("May"),
    marked("June"),
    marked("July"),
    marked("August"),
    marked("September"),
    marked("October"),
    marked("November"),
    marked("December"),
)
DAYS = (marked("Mon"), marked("Tue"), marked("Wed"), marked("Thu"), marked("Fri"), marked("Sat"), marked("Sun"))

PROFILES = {
    "age0-7": marked("Ages 0 to 7"),
    "age8-12": marked("Ages 8 to 12"),
    "age13-15": marked("Ages 13 to 15"),
    "age16-17": marked("Ages 16 and 17"),
    "adult": marked("Adults"),
    "guest": marked("Guests"),
    "things": marked("Things, such as toys and televisions"),
    "whole-home": marked("Everyone at home"),
}


class Words:
    """Texts in one language; without a catalogue they are English."""

    def __init__(self, texts: NullTranslations | None = None) -> None:
        texts = texts or NullTranslations()
        self._ = texts.gettext
        self._n = texts.ngettext

    def of(self, table: Mapping[str, str], key: str, otherwise: str = "") -> str:
        """The text of a key in a table of marked texts; `otherwise`, else the key itself, where it has none."""
        return self._(table[key]) if key in table else otherwise or key

    def joined(self, items: Iterable[object]) -> str:
        """Short things in a row: one, two, three."""
        return self._(marked(", ")).join(map(str, items))

    def profile_title(self, profile_id: str) -> str:
        """A profile as people call it; one that a household named itself keeps its name."""
        return self.of(PROFILES, profile_id)

    def day_text(self, day: date) -> str:
        """3 March 2030."""
        return self._("{day} {month} {year}").format(day=day.day, month=self._(MONTHS[day.month - 1]), year=day.year)


def profile_title(profile_id: str) -> str:
    """A profile in English."""
    return ENGLISH.profile_title(profile_id)


def day_text(day: date) -> str:
    """A day in English: 3 March 2030."""
    return ENGLISH.day_text(day)


ENGLISH = Words()
