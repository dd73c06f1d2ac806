"""Catalogues of texts by language, read with the standard library's gettext."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
DOMAIN = "filterdns"
ENGLISH = "en"

OWN_NAMES = {
    "en": "English",
    "ar": "العربية",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "ja": "日本語",
    "th": "ไทย",
    "zh-Hans": "简体中文",
}
"""What each language calls itself, in its own script: so finds it whoever can read no other."""

CRISIS = "crisis"
"""The context (msgctxt) of texts for somebody in need. They are shown in English until a native speaker has approved
them, so no catalogue made by a machine has them (requirements J4 f)."""

_UNTRANSLATED = NullTranslations()
_MADE_BY = "x-made-by"  # a header of a catalogue: `machine, ...` until a native speaker has read all of it


def translator(language: str, folder: Path = FOLDER) -> NullTranslations:
    """The texts of a language (BCP 47, as its folder is called); English, as written in the source, if there are none.

    `gettext` and `ngettext` of it give a text, or the English one where the catalogue has nothing for it.
    """
    if language not in languages(folder):
        return _UNTRANSLATED
    with _compiled(folder, language).open("rb") as file:
        return GNUTranslations(file)


def is_machine_made(texts: NullTranslations) -> bool:
    """Whether a catalogue says of itself that a machine wrote it and no native speaker has read it yet."""
    return texts.info().get(_MADE_BY, "").startswith("machine")


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """The languages that have a compiled catalogue, in alphabetical order; English is none of them."""
    return tuple(sorted(path.name for path in folder.iterdir() if _compiled(folder, path.name).is_file()))


def marked(words: str) -> str:
    """The words themselves. Marks a text in a table for the catalogues, to be looked up where it is shown."""
    return words


def _compiled(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
