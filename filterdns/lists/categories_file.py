"""`categories.yaml`: the closed taxonomy with its texts, limits and defaults (requirements section 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filterdns.categories import MOST_CATEGORIES, Category, Class, number_categories
from filterdns.errors import DataFault
from filterdns.lists.fields import Fields, Texts
from filterdns.lists.read_file import read_yaml

TEMPLATES = ("age0-7", "age8-12", "age13-15", "age16-17", "adult", "guest", "things", "whole-home")
LETTERS = ("B", "S", "O", "C", "A")
PUBLICATIONS = ("open", "hashed", "counted")
RESTRICTED = "restricted_legal"  # in no release, no list, no page

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")
_EDES = {15, 16, 17}  # RFC 8914 section 4


@dataclass(frozen=True, slots=True)
class Definition:
    """What belongs into a category and what expressly does not; listings name the version they were judged by."""

    version: str
    included: Texts
    excluded: Texts


@dataclass(frozen=True, slots=True)
class Example:
    """A site that nobody could take for a real one, and whether it belongs into the category."""

    site: Texts
    belongs: bool
    because: Texts


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. Texts are by language code; `defaults` gives a letter of LETTERS for each of TEMPLATES."""

    id: str
    klass: Class
    ede: int
    for_parents: Texts
    for_children: Texts
    talk: Texts
    definition: Definition
    examples: tuple[Example, ...]
    aim: Texts
    gentler: Texts
    severity: int  # 0 to 4
    defaults: Mapping[str, str]
    evidence: str
    imports: bool  # names of a public list may be used
    review_days: int
    appeal_hours: int
    publication: str  # one of PUBLICATIONS

    @property
    def life_days(self) -> int:
        """Days from a confirmation to the expiry: the review's for security, else half as long again."""
        return self.review_days if self.klass is Class.SECURITY else self.review_days * 3 // 2

    @property
    def test_name(self) -> str:
        """The name by which anybody can try this category."""
        return f"{self.id.replace('_', '-')}.filterdns.test"


@dataclass(frozen=True, slots=True)
class ProtectedRow:
    """The texts on protected names; P1 and P2 are not categories and no list can touch them."""

    for_parents: Texts
    for_children: Texts
    definition: Definition
    review_days: int
    appeal_hours: int


@dataclass(frozen=True, slots=True)
class CategoryTable:
    """The taxonomy of one release."""

    version: str
    consulted: str
    defaults_review_due: date
    templates: Mapping[str, Texts]  # why each column of defaults is as it is
    categories: tuple[CategoryRow, ...]
    protected: ProtectedRow

    def get(self, id_: str) -> CategoryRow | None:
        """The category of this identifier, or None."""
        return next((row for row in self.categories if row.id == id_), None)

    def index_rows(self) -> list[tuple[str, str, int]]:
        """(id, class, EDE) in order: the table in an index's header."""
        return [(row.id, row.klass.value, row.ede) for row in self.categories]

    def numbered(self) -> tuple[Category, ...]:
        """The categories with their bits."""
        return number_categories(self.index_rows())


def load_categories(path: Path) -> CategoryTable:
    """The taxonomy in this file. Raises DataFault with all its faults."""
    fields = Fields(read_yaml(path))
    rows = tuple(_category(id_, entry) for id_, entry in fields.mapping("categories"))
    if not 0 < len(rows) <= MOST_CATEGORIES:
        fields.refuse("categories", f"1 to {MOST_CATEGORIES} categories", str(len(rows)))
    protected, templates = fields.part("protected"), fields.part("templates")
    table = CategoryTable(
        version=fields.text("version"),
        consulted=fields.text("consulted"),
        defaults_review_due=fields.day("defaults_review_due"),
        templates={template: templates.texts(template) for template in TEMPLATES},
        categories=tuple(row for row in rows if row is not None),
        protected=ProtectedRow(
            for_parents=protected.texts("for_parents"),
            for_children=protected.texts("for_children"),
            definition=_definition(protected.part("definition")),
            review_days=protected.number("review_days", 1, 3_660),
            appeal_hours=protected.number("appeal_hours", 1, 8_784),
        ),
    )
    protected.no_more()
    templates.no_more()
    fields.no_more()
    if fields.faults:
        raise DataFault(fields.faults)
    return table


def _category(id_: str, entry: Fields) -> CategoryRow | None:
    if not _ID.match(id_):
        entry.refuse("", "an identifier of lower-case letters, digits and _", repr(id_))
        return None
    defaults = entry.part("defaults")
    row = CategoryRow(
        id=id_,
        klass=Class(entry.word("class", tuple(klass.value for klass in Class))),
        ede=entry.number("ede", min(_EDES), max(_EDES)),
        for_parents=entry.texts("for_parents"),
        for_children=entry.texts("for_children"),
        talk=entry.texts("talk"),
        definition=_definition(entry.part("definition")),
        examples=tuple(_example(part) for part in entry.parts("examples")) if entry.has("examples") else (),
        aim=entry.texts("aim"),
        gentler=entry.texts("gentler"),
        severity=entry.number("severity", 0, 4),
        defaults={template: defaults.word(template, LETTERS) for template in TEMPLATES},
        evidence=entry.text("evidence"),
        imports=entry.flag("imports"),
        review_days=entry.number("review_days", 1, 3_660),
        appeal_hours=entry.number("appeal_hours", 1, 8_784),
        publication=entry.word("publication", PUBLICATIONS),
    )
    defaults.no_more()
    entry.no_more()
    return row


def _definition(entry: Fields) -> Definition:
    definition = Definition(entry.text("version"), entry.texts("in"), entry.texts("out"))
    entry.no_more()
    return definition


def _example(entry: Fields) -> Example:
    example = Example(entry.texts("site"), entry.flag("belongs"), entry.texts("because"))
    entry.no_more()
    return example
