"""Templates to responses. Everything that comes from outside is escaped; templates are compiled once and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from filterdns.transparency.public.case_words import CaseWords
from filterdns.transparency.reasons.history_words import HistoryWords
from filterdns.transparency.reasons.listing_words import ListingWords
from filterdns.transparency.reasons.past_words import PastWords
from filterdns.transparency.reasons.wording import Wording
from filterdns.transparency.web.carried import carry, other_fields, with_language
from filterdns.transparency.web.from_here import is_from_here
from filterdns.transparency.web.languages import IN_ALL_LANGUAGES, Language, Languages
from filterdns.transparency.web.templates import fixed_file, templates_in


class Renderer:
    """Pages by template. `is_filtering` is asked for each page, so that the banner is never stale."""

    def __init__(self, is_filtering: Callable[[], bool]) -> None:
        self._is_filtering = is_filtering
        self._languages = Languages()
        english = templates_in(self._languages.english.texts)
        for name in english.list_templates(extensions=["html"]):
            english.get_template(name)  # ready before the first reader comes
        self._kept: dict[tuple[str, str, bool, bool, bool], str] = {}
        style, lists_style, icon = (fixed_file(name) for name in ("style.css", "lists.css", "icon.svg"))
        self.style, self.lists_style, self.icon = style.octets, lists_style.octets, icon.octets
        self.style_path, self.lists_style_path, self.icon_path = style.path, lists_style.path, icon.path

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page that no cache keeps: it may hold a name that somebody asked for. In the language of the request.

        Every template has `texts` (gettext translations), `language`, `is_filtering`, `path` and `lists_here`.
        """
        wanted = self._languages.of(request)
        text = self._text(request, wanted, template, values, other_fields(request))
        return self._response(self._carried(request, text), self._languages.shown(wanted, template), status)

    def carried_language(self, request: web.Request) -> str:
        """The language that the address asks for and the browser does not; "" if nothing has to be carried along."""
        asked = self._languages.asked(request)
        if asked is None or asked is self._languages.preferred(request.headers.get("Accept-Language", "")):
            return ""
        return asked.code

    def onward(self, request: web.Request, address: str) -> str:
        """An address of ours that somebody is sent on to."""
        code = self.carried_language(request)
        return with_language(address, code) if code else address

    def language(self, request: web.Request) -> Language:
        """The language in which a request is answered."""
        return self._languages.of(request)

    def same_page(self, request: web.Request, template: str, **values: Any) -> web.Response:
        """A page whose values never change while we run: made once for each way in which it can look."""
        wanted = self._languages.of(request)
        is_carried = bool(self.carried_language(request))
        key = (template, wanted.code, is_carried, self._is_filtering(), is_from_here(request))
        text = self._kept.get(key)
        if text is None:
            made = self._text(request, wanted, template, values, "")
            text = self._kept[key] = self._carried(request, made)
        return self._response(text, self._languages.shown(wanted, template), 200)

    def _carried(self, request: web.Request, text: str) -> str:
        code = self.carried_language(request)
        return carry(text, code) if code else text

    def _text(
        self, request: web.Request, wanted: Language, template: str, values: Mapping[str, Any], other_fields: str
    ) -> str:
        language = self._languages.shown(wanted, template)
        return (
            templates_in(language.texts)
            .get_template(template)
            .render(
                is_filtering=self._is_filtering(),
                language=language,
                reads=wanted,
                languages=self._switch(request, template),
                other_fields=other_fields,
                texts=language.texts,
                wording=Wording(language.texts),
                listing_words=ListingWords(language.texts),
                history_words=HistoryWords(language.texts),
                past_words=PastWords(language.texts),
                case_words=CaseWords(language.texts),
                path=request.path,
                lists_here=is_from_here(request),
                **values,
            )
        )

    def _switch(self, request: web.Request, template: str) -> tuple[Language, ...]:
        """What the footer leads to. An answer to a form is not left by it: its address would ask for the form again."""
        return self._languages.all if template in IN_ALL_LANGUAGES and request.method != "POST" else ()

    def _response(self, text: str, language: Language, status: int) -> web.Response:
        headers = {"Cache-Control": "no-store", "Content-Language": language.code, "Vary": "Accept-Language"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def fixed(self, octets: bytes, content_type: str) -> web.Response:
        """A file whose name changes with its content."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=octets, content_type=content_type, charset="utf-8", headers=headers)
