"""Texts in several languages, and the texts of a category that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Texts = Mapping[str, str]
"""A text by language code (BCP 47)."""

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one language."""

    words: str
    language: str = "en"

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML has it."""
        return "rtl" if self.language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def choose(texts: Texts, languages: tuple[str, ...] = ("en",)) -> Text:
    """The text in the first of these languages that there is, else English, else any; empty if there is none."""
    for language in (*languages, "en", *texts):
        if language in texts:
            return Text(texts[language], language)
    return Text("")


class DefinitionTexts(Protocol):
    """What belongs into a category and what expressly does not."""

    @property
    def version(self) -> str: ...
    @property
    def included(self) -> Texts: ...
    @property
    def excluded(self) -> Texts: ...


class CategoryTexts(Protocol):
    """What people read about a category; `defaults` is a letter of requirements section 3 for each kind of profile,
    `life_days` how long an import counts after it was confirmed, `appeal_hours` how long an answer may take.
    """

    @property
    def id(self) -> str: ...
    @property
    def for_parents(self) -> Texts: ...
    @property
    def for_children(self) -> Texts: ...
    @property
    def talk(self) -> Texts: ...
    @property
    def gentler(self) -> Texts: ...
    @property
    def definition(self) -> DefinitionTexts: ...
    @property
    def defaults(self) -> Mapping[str, str]: ...
    @property
    def life_days(self) -> int: ...
    @property
    def appeal_hours(self) -> int: ...
    @property
    def publication(self) -> str: ...


class Taxonomy(Protocol):
    """All categories' texts."""

    def get(self, id_: str) -> CategoryTexts | None: ...
