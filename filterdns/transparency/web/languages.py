"""In which language a page is shown: the one asked for with `?lang=`, else one that the browser prefers. No cookie."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path

from aiohttp import web

from filterdns.transparency.locale.texts import ENGLISH, FOLDER, languages, translator
from filterdns.transparency.reasons.texts import RIGHT_TO_LEFT

PARAMETER = "lang"
MOST_PREFERENCES = 20  # of an Accept-Language header; browsers send fewer than ten


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages. `code`: BCP 47, as HTML's `lang` has it."""

    code: str
    texts: NullTranslations

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, as HTML's `dir` has it."""
        return "rtl" if self.code.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


class Languages:
    """All that there are, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.english = Language(ENGLISH, translator(ENGLISH, folder))
        others = [Language(code, translator(code, folder)) for code in languages(folder)]
        self._by_code = {language.code.lower(): language for language in (*others, self.english)}

    def of(self, request: web.Request) -> Language:
        """The language of the answer to a request."""
        asked = self._by_code.get(request.query.get(PARAMETER, "").lower())
        return asked or self.preferred(request.headers.get("Accept-Language", ""))

    def preferred(self, accept_language: str) -> Language:
        """The best for an `Accept-Language` header (RFC 9110 section 12.5.4); English if there is none.

        A longer tag finds a shorter one (RFC 4647 section 3.4): `ar-EG` is answered in `ar`.
        """
        if len(self._by_code) == 1:
            return self.english
        for tag in _by_weight(accept_language):
            parts = tag.split("-")
            for length in range(len(parts), 0, -1):
                found = self._by_code.get("-".join(parts[:length]))
                if found:
                    return found
        return self.english


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
