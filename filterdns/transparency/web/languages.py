"""In which language a page is shown: the one asked for with `?lang=`, else one that the browser prefers. No cookie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from gettext import NullTranslations
from pathlib import Path

from aiohttp import web

from filterdns.transparency.locale.texts import (
    ENGLISH,
    FOLDER,
    OWN_NAMES,
    is_machine_made,
    languages,
    marked,
    translator,
)
from filterdns.transparency.reasons.texts import RIGHT_TO_LEFT

PARAMETER = "lang"
MOST_PREFERENCES = 20  # of an Accept-Language header; browsers send fewer than ten

IN_ALL_LANGUAGES = frozenset(
    {
        "appeal.html",
        "appeal_code.html",
        "appeal_elsewhere.html",
        "appeal_name.html",
        "appeal_nothing.html",
        "appeal_received.html",
        "appeal_refused.html",
        "appeal_status.html",
        "closed.html",
        "fault.html",
        "front.html",
        "no_release.html",
        "not_a_name.html",
        "suggest.html",
        "suggest_elsewhere.html",
        "suggest_nothing.html",
        "suggest_received.html",
        "why.html",
        "why_many.html",
        "why_proof.html",
    }
)
"""Pages of which every catalogue has all texts. The others are shown in English from top to bottom: half a page in
another language, and that in the wrong direction, helps nobody."""

MEANT = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans"}
"""What browsers ask for, and what is meant by it. Who asks for `zh-tw` or `zh-hk` reads other characters."""


@dataclass(frozen=True)
class Language:
    """One language of the pages, its catalogue read when it is first used. `code`: BCP 47, as HTML's `lang` has it."""

    code: str
    folder: Path = FOLDER

    @cached_property
    def texts(self) -> NullTranslations:
        """Its catalogue; English, as written in the source, where there is none."""
        return translator(self.code, self.folder)

    @cached_property
    def is_machine_made(self) -> bool:
        """Whether no native speaker has read its texts yet; the page says so."""
        return is_machine_made(self.texts)

    @property
    def english_only(self) -> str:
        """What stands above a page that is shown in English to somebody who wanted this language."""
        return self.texts.gettext(marked("This page is in English only so far."))

    @property
    def own_name(self) -> str:
        """What it calls itself."""
        return OWN_NAMES.get(self.code, self.code)

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML's `dir` has it."""
        return "rtl" if self.code.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


class Languages:
    """All that there are."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.english = Language(ENGLISH, folder)
        self.all = (self.english, *(Language(code, folder) for code in languages(folder)))
        self._by_code = {language.code.lower(): language for language in self.all}

    def of(self, request: web.Request) -> Language:
        """The language that the reader of a request wants."""
        return self.asked(request) or self.preferred(request.headers.get("Accept-Language", ""))

    def asked(self, request: web.Request) -> Language | None:
        """The language that the address of a request asks for, if it asks for one that there is."""
        return self._by_code.get(request.query.get(PARAMETER, "").lower())

    def preferred(self, accept_language: str) -> Language:
        """The best for an `Accept-Language` header (RFC 9110 section 12.5.4); English if there is none.

        A longer tag finds a shorter one (RFC 4647 section 3.4): `ar-EG` is answered in `ar`.
        """
        if len(self._by_code) == 1:
            return self.english
        for tag in _by_weight(accept_language):
            parts = MEANT.get(tag, tag).split("-")
            for length in range(len(parts), 0, -1):
                found = self._by_code.get("-".join(parts[:length]))
                if found:
                    return found
        return self.english

    def shown(self, wanted: Language, template: str) -> Language:
        """The language in which a page is shown to somebody who wants another."""
        return wanted if template in IN_ALL_LANGUAGES else self.english


def _by_weight(accept_language: str) -> list[str]:
    """The language tags of the header, lower case, the most wanted first."""
    weighted: list[tuple[float, str]] = []
    for item in accept_language.lower().split(",", MOST_PREFERENCES)[:MOST_PREFERENCES]:
        tag, *parameters = (part.strip() for part in item.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            weighted.append((-weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0])]
