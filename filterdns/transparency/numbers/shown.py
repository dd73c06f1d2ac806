"""The rows as the page shows them: looked up by figure, with their texts in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.charts import Bar, Column, bars, columns
from filterdns.transparency.numbers.rows import Row
from filterdns.transparency.numbers.words import (
    BREAKDOWNS,
    FIGURES,
    HIDDEN_WORDS,
    NOTHING,
    OWN_WORDS,
    PART_WORDS,
    UNKNOWN_WORDS,
    What,
    interval_text,
    percent_text,
    value_text,
)
from filterdns.transparency.public.words import SHARES
from filterdns.transparency.reasons.listing_words import PROPOSERS


class Shown:
    """All rows of a page."""

    def __init__(self, rows: Sequence[Row], texts: NullTranslations) -> None:
        self._texts = texts
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            self._rows.setdefault((row.figure, row.by), []).append(row)

    def total(self, figure: str) -> Row | None:
        """The one row that is not broken down."""
        return next(iter(self._rows.get((figure, r.TOTAL), ())), None)

    def rows(self, figure: str, by: str) -> list[Row]:
        """The rows of a figure by something."""
        return self._rows.get((figure, by), [])

    def row(self, figure: str, by: str, key: str) -> Row | None:
        """One of them."""
        return next((row for row in self.rows(figure, by) if row.key == key), None)

    def keys(self, figures: Sequence[str], by: str) -> list[str]:
        """Everything that any of these figures has a row for, in order."""
        return sorted({row.key for figure in figures for row in self.rows(figure, by)})

    def bars(self, figure: str, by: str) -> list[Bar]:
        return bars(self.rows(figure, by))

    def columns(self, figures: Sequence[str]) -> list[Column]:
        return columns([self.rows(figure, r.MONTH) for figure in figures])

    def what(self, figure: str) -> What:
        """Title and way of counting, in this language."""
        what = FIGURES[figure]
        return What(self._texts.gettext(what.title), self._texts.gettext(what.how))

    def title(self, figure: str) -> str:
        return self.what(figure).title

    @property
    def figures(self) -> tuple[str, ...]:
        """All, in the order of the page."""
        return tuple(FIGURES)

    def breakdown(self, by: str) -> str:
        return self._texts.gettext(BREAKDOWNS[by])

    def key(self, row: Row) -> str:
        """What a row is about."""
        if row.by == r.BASIS:
            return self._texts.gettext(SHARES.get(row.key, row.key))
        if row.by == r.PARTNER:
            return self._texts.gettext(PROPOSERS.get(row.key, UNKNOWN_WORDS))
        return self._texts.gettext(OWN_WORDS) if row.by == r.SOURCE and row.key == r.OWN else row.key

    def value(self, row: Row | None) -> str:
        """The value as a text; a dash where there is no such row."""
        return NOTHING if row is None else value_text(row, self._texts)

    def of(self, row: Row | None) -> str:
        """How much of how much; "" for what is no share, and for what is hidden."""
        if row is None or not row.of or row.part is None:
            return ""
        return self._texts.gettext(PART_WORDS).format(part=f"{row.part:,g}", of=f"{row.of:,}")

    def interval(self, row: Row | None) -> str:
        return interval_text(row) if row else ""

    def percent(self, part: float) -> str:
        return percent_text(part)

    @property
    def hidden(self) -> str:
        return self._texts.gettext(HIDDEN_WORDS)
