"""Catalogues of texts by language, read with the standard library's gettext."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
DOMAIN = "filterdns"
ENGLISH = "en"
_UNTRANSLATED = NullTranslations()


def translator(language: str, folder: Path = FOLDER) -> NullTranslations:
    """The texts of a language (BCP 47, as its folder is called); English, as written in the source, if there are none.

    `gettext` and `ngettext` of it give a text, or the English one where the catalogue has nothing for it.
    """
    if language not in languages(folder):
        return _UNTRANSLATED
    with _compiled(folder, language).open("rb") as file:
        return GNUTranslations(file)


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """The languages that have a compiled catalogue, in alphabetical order; English is none of them."""
    return tuple(sorted(path.name for path in folder.iterdir() if _compiled(folder, path.name).is_file()))


def marked(words: str) -> str:
    """The words themselves. Marks a text in a table for the catalogues, to be looked up where it is shown."""
    return words


def _compiled(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
