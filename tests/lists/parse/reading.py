"""A list read by its format, as one `Found`; names the way they are written."""

from __future__ import annotations

import io
from dataclasses import fields

from filterdns.lists.formats import FORMATS
from filterdns.lists.parse.blocks import read_blocks
from filterdns.lists.parse.found import Found


def read(form: str, text: str | bytes) -> Found:
    """All that a list gives."""
    octets = text.encode() if isinstance(text, str) else text
    whole = Found()
    for found in FORMATS[form](read_blocks(io.BytesIO(octets).read)):
        for field in fields(Found):
            getattr(whole, field.name).extend(getattr(found, field.name))
    return whole


def names(form: str, text: str | bytes) -> dict[str, list[str]]:
    """Scope -> names in their order; scopes without names are left out, and so are rejections."""
    found = read(form, text)
    scopes = {field.name: getattr(found, field.name) for field in fields(Found) if field.name != "rejected"}
    return {scope: [name.decode() for name in them] for scope, them in scopes.items() if them}


def rejected(form: str, text: str | bytes) -> list[tuple[int, str, str]]:
    """(line, text, what was expected) of each rejection."""
    return [(line.line, line.text, line.expected) for line in read(form, text).rejected]


def rejected_lines(form: str, text: str | bytes) -> list[int]:
    """The numbers of the lines that were rejected."""
    return [line for line, _, _ in rejected(form, text)]
