"""Text of strangers as a terminal, a log line or a page may show it: nothing in it is obeyed or hides the rest."""

from __future__ import annotations


def visible(text: str, *, lines: bool = False) -> str:
    """The text with what is not printable (controls, overrides of direction) as escapes; `lines`: line feeds stay."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or (lines and character == "\n") else _escaped(character)
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
