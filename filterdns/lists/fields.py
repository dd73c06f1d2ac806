"""Fields of hand-written entries: each is asked for once, what is wrong is noted, and reading goes on.

A field that is wrong gives a harmless value of its type, so that one run finds every fault of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from filterdns.errors import Fault
from filterdns.yaml_lines import Document, Path

Texts = Mapping[str, str]
"""A text by language code (BCP 47, as `en` or `zh-Hant`)."""

MOST_TEXT_CHARACTERS = 2_000
NO_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)

# The lists speak of sites and never of persons: no field says who somebody is (requirements, S21).
PERSONAL = frozenset({"name", "person", "surname", "gender", "sex", "age", "born", "birth", "birthday", "email"})

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Fields:
    """One mapping of a document. `faults` is shared by all parts of the document."""

    def __init__(self, document: Document, path: Path = (), faults: list[Fault] | None = None) -> None:
        self.faults: list[Fault] = [] if faults is None else faults
        self._document = document
        self._path = path
        self._asked: set[str] = set()
        value: Any = document.data
        for step in path:
            value = value[step]
        if not isinstance(value, dict):
            self.refuse("", "a mapping", _shown(value))
            value = None
        self._values: dict[str, Any] | None = value

    @property
    def where(self) -> str:
        """`file:line` of the mapping."""
        return self._document.where(self._path)

    @property
    def line(self) -> int:
        """The line that the mapping begins on."""
        return self._document.line(self._path)

    def fault(self, key: str, expected: str, got: str, remedy: str = "", what: str = "") -> Fault:
        """A fault of a field, or of the whole mapping if `key` is empty, as `refuse` notes it.

        `what` is what the fault is called instead of the path of the field.
        """
        fault = self._document.fault((*self._path, key) if key else self._path, expected, got, remedy)
        return replace(fault, path=what) if what else fault

    def refuse(self, key: str, expected: str, got: str, remedy: str = "") -> None:
        """Note a fault of a field, or of the whole mapping if `key` is empty."""
        self.faults.append(self.fault(key, expected, got, remedy))

    def refuse_item(self, key: str, number: int, expected: str, got: str, remedy: str = "") -> None:
        """Note a fault of one item of the list under a key."""
        self.faults.append(self._document.fault((*self._path, key, number), expected, got, remedy))

    def has(self, key: str) -> bool:
        """Whether the field is there and not empty."""
        self._asked.add(key)
        return self._values is not None and self._values.get(key) is not None

    def get_text(self, key: str) -> str:
        """The text under a key, "" if there is none or something else; notes no fault."""
        self._asked.add(key)
        value = self._values.get(key) if self._values is not None else None
        return value if isinstance(value, str) else ""

    def has_mapping(self, key: str) -> bool:
        """Whether there is a mapping under the key, for fields that may be a word or a mapping."""
        return self.has(key) and self._values is not None and isinstance(self._values[key], dict)

    def text(self, key: str, most_characters: int = MOST_TEXT_CHARACTERS) -> str:
        """A text that is not empty."""
        value = self._get(key, f"a text of 1 to {most_characters} characters")
        if value is None:
            return ""
        if isinstance(value, str) and 0 < len(value) <= most_characters:
            if control := _CONTROL.search(value):  # it would be obeyed where the text is shown, on a terminal
                self.refuse(key, "a text without control characters", repr(control[0]), "delete it")
            return value
        remedy = "write it in quotes" if isinstance(value, int | float) else ""
        self.refuse(key, f"a text of 1 to {most_characters} characters", _shown(value), remedy)
        return ""

    def text_list(self, key: str, fewest: int, most: int, most_characters: int = 255) -> list[tuple[int, str]]:
        """(place, text) for each text of a list, each text once; one that is wrong is noted and left out."""
        expected = f"a list of {fewest} to {most} texts"
        value = self._get(key, expected)
        if value is None:
            return []
        if not isinstance(value, list) or not fewest <= len(value) <= most:
            self.refuse(key, expected, f"a list of {len(value)}" if isinstance(value, list) else _shown(value))
            return []
        texts: dict[str, int] = {}
        for number, text in enumerate(value):
            if not isinstance(text, str) or not 0 < len(text) <= most_characters:
                self.refuse_item(key, number, f"a text of 1 to {most_characters} characters", _shown(text))
            elif text in texts:
                self.refuse_item(key, number, "each text once", f"{_shown(text)} again", "delete one")
            else:
                texts[text] = number
        return [(number, text) for text, number in texts.items()]

    def word(self, key: str, words: tuple[str, ...]) -> str:
        """One of these words; the first of them if the field is wrong."""
        expected = f"one of {', '.join(words)}"
        value = self._get(key, expected)
        if value in words:
            return str(value)
        if value is not None:
            self.refuse(key, expected, _shown(value))
        return words[0]

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number between the two, both included; `least` if the field is wrong."""
        expected = f"a whole number from {least} to {most}"
        value = self._get(key, expected)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if value is not None:
            self.refuse(key, expected, _shown(value))
        return least

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._get(key, "true or false")
        if value is not None and not isinstance(value, bool):
            self.refuse(key, "true or false", _shown(value))
        return value is True

    def day(self, key: str) -> date:
        """A date as 2030-03-05; NO_DAY if the field is wrong."""
        value = self._get(key, "a date such as 2030-03-05")
        if value is None:
            return NO_DAY
        day = read_day(value) if isinstance(value, str) else None
        if day is None:
            self.refuse(key, "a date such as 2030-03-05", _shown(value))
        return day or NO_DAY

    def texts(self, key: str, most_characters: int = MOST_TEXT_CHARACTERS) -> Texts:
        """Texts by language code, English among them."""
        part = self.part(key)
        texts = {}
        for language in part.names():
            if not _LANGUAGE.match(language):
                part.refuse(language, "a language code such as en or zh-Hant", repr(language))
            texts[language] = part.text(language, most_characters)
        if part.is_there and "en" not in texts:
            part.refuse("", "a text in English among others", "none", "add `en:`")
        return texts

    def part(self, key: str) -> Fields:
        """The mapping under a key."""
        if self._get(key, "a mapping") is None:
            return _Nothing(self._document, self.faults)
        return Fields(self._document, (*self._path, key), self.faults)

    def parts(self, key: str) -> list[Fields]:
        """The mappings of the list under a key; an item that is none is noted and left out."""
        value = self._get(key, "a list")
        if value is not None and not isinstance(value, list):
            self.refuse(key, "a list", _shown(value))
        if not isinstance(value, list):
            return []
        parts = [Fields(self._document, (*self._path, key, number), self.faults) for number in range(len(value))]
        return [part for part in parts if part.is_there]

    def mapping(self, key: str) -> Iterator[tuple[str, Fields]]:
        """(key, mapping) for each entry of the mapping under a key."""
        part = self.part(key)
        for name in part.names():
            yield name, part.part(name)

    def names(self) -> list[str]:
        """All keys of the mapping; the list is empty if it is not one."""
        return list(self._values or ())

    @property
    def is_there(self) -> bool:
        """Whether this is a mapping at all."""
        return self._values is not None

    def no_more(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self.names():
            if key not in self._asked:
                remedy = "nothing here says who a person is: delete it" if key.lower() in PERSONAL else ""
                self.refuse(key, f"a key among {', '.join(sorted(self._asked))}", f'"{key}"', remedy)

    def _get(self, key: str, expected: str) -> Any:
        self._asked.add(key)
        if self._values is None:
            return None
        value = self._values.get(key)
        if value is None:
            self.refuse(key, expected, "nothing")
        return value


class _Nothing(Fields):
    """The part under a key that is not there: asks give harmless values and note no further faults."""

    def __init__(self, document: Document, faults: list[Fault]) -> None:
        self.faults = faults
        self._document = document
        self._path = ()
        self._asked = set()
        self._values = None


def read_day(text: str) -> date | None:
    """The day in a text such as 2030-03-05; None if there is none from 1970-01-02 to LAST_DAY."""
    if not _DAY.match(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if NO_DAY < day <= LAST_DAY else None


def read_entries(document: Document, faults: list[Fault]) -> list[Fields]:
    """The mappings of a document that is a list; nothing for an empty document. An item that is none is noted."""
    if document.data is None:
        return []
    if not isinstance(document.data, list):
        faults.append(document.fault((), "a list of entries", _shown(document.data)))
        return []
    entries = [Fields(document, (number,), faults) for number in range(len(document.data))]
    return [entry for entry in entries if entry.is_there]


def _shown(value: Any) -> str:
    """A value as a fault quotes it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value[:60]}"' if isinstance(value, str) else "nothing" if value is None else str(value)
