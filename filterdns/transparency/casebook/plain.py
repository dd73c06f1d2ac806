"""What may be stored at all: bounded plain values that every database can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from filterdns.transparency.appeals.case import CaseFault
from filterdns.transparency.casebook.columns import write_json

MOST_DATA_OCTETS = 16_384  # of one event, as JSON: a decision with its texts and approvals takes 2,000

_KEPT_CONTROLS = "\n\t"


def plain_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data of an event as it will be read again. Raises CaseFault for what cannot be stored, or is too much."""
    try:
        text = write_json(dict(data))
    except (TypeError, ValueError) as error:
        raise CaseFault(f"expected plain values, got {error}") from None
    if len(text) > MOST_DATA_OCTETS:
        raise CaseFault(f"expected at most {MOST_DATA_OCTETS} octets with an event, got {len(text)}")
    found: dict[str, Any] = json.loads(text, object_pairs_hook=_checked)
    return found


def check_text(what: str, text: str, most: int) -> None:
    """Raises CaseFault for a text that is too long, or holds what a database may refuse."""
    if len(text) > most or not all(map(is_kept, text)):
        raise CaseFault(f"{what}: expected at most {most} characters and no control characters")


def clean_text(text: str, most: int) -> str:
    """A text that somebody typed, without control characters, cut where it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in lines if is_kept(character)).strip()[:most]


def is_kept(character: str) -> bool:
    """Whether a character may stand in a text: no control but an end of line, no half of a surrogate pair."""
    return character in _KEPT_CONTROLS or not (
        character < " " or "\x7f" <= character <= "\x9f" or "\ud800" <= character <= "\udfff"
    )


def _checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for key, value in pairs:
        for text in (key, *(value if isinstance(value, list) else [value])):
            if isinstance(text, str) and not all(map(is_kept, text)):
                raise CaseFault(f"expected a text without control characters in {key[:40]!r}")
    return dict(pairs)
