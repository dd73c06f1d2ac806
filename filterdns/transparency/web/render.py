"""Templates to responses. Everything that comes from outside is escaped; templates are compiled once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from filterdns.transparency.public.words import span_text
from filterdns.transparency.reasons.history_words import HistoryWords
from filterdns.transparency.reasons.listing_words import ListingWords, address_text, is_address
from filterdns.transparency.reasons.past_words import PastWords
from filterdns.transparency.reasons.texts import Text, Texts, choose
from filterdns.transparency.reasons.wording import Wording
from filterdns.transparency.web.from_here import is_from_here
from filterdns.transparency.web.languages import Languages
from filterdns.transparency.web.why_path import why_path

_FOLDER = Path(__file__).resolve().parents[1]
TEMPLATES = _FOLDER / "templates"
STATIC = _FOLDER / "static"


class Renderer:
    """Pages by template. `is_filtering` is asked for each page, so that the banner is never stale."""

    def __init__(self, is_filtering: Callable[[], bool]) -> None:
        self._is_filtering = is_filtering
        self._languages = Languages()
        self.style = (STATIC / "style.css").read_bytes()
        self.lists_style = (STATIC / "lists.css").read_bytes()
        self.icon = (STATIC / "icon.svg").read_bytes()
        # A name for each content: browsers may keep it for good, and the page of a closed site finds it on any host.
        self.style_path = f"/filterdns-{hashlib.sha256(self.style).hexdigest()[:12]}.css"
        self.lists_style_path = f"/filterdns-lists-{hashlib.sha256(self.lists_style).hexdigest()[:12]}.css"
        self.icon_path = f"/filterdns-{hashlib.sha256(self.icon).hexdigest()[:12]}.svg"
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        # One environment for all languages: each page brings its `texts`.
        self._environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals.update(
            style_path=self.style_path,
            icon_path=self.icon_path,
            lists_style_path=self.lists_style_path,
            is_address=is_address,
            address_text=address_text,
            choose=choose,
            chosen=_chosen,
            span=_span,
            why_path=why_path,
        )
        # Now, not in the first reader's time.
        self._templates = {
            name: self._environment.get_template(name) for name in self._environment.list_templates(extensions=["html"])
        }

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page that no cache keeps: it may hold a name that somebody asked for. In the language of the request.

        Every template has `texts` (gettext translations), `language`, `is_filtering`, `path` and `lists_here`.
        """
        language = self._languages.of(request)
        text = self._templates[template].render(
            is_filtering=self._is_filtering(),
            language=language,
            texts=language.texts,
            wording=Wording(language.texts),
            listing_words=ListingWords(language.texts),
            history_words=HistoryWords(language.texts),
            past_words=PastWords(language.texts),
            path=request.path,
            lists_here=is_from_here(request),
            **values,
        )
        headers = {"Cache-Control": "no-store", "Content-Language": language.code, "Vary": "Accept-Language"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def fixed(self, octets: bytes, content_type: str) -> web.Response:
        """A file whose name changes with its content."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return web.Response(body=octets, content_type=content_type, charset="utf-8", headers=headers)


@pass_context
def _chosen(context: Context, words: Texts) -> Text:
    """A text of the data in the language of the page, else in English."""
    return choose(words, (context["language"].code,))


@pass_context
def _span(context: Context, hours: int) -> str:
    return span_text(hours, context["texts"])


@pass_context
def _gettext(context: Context, message: str) -> str:
    words: str = context["texts"].gettext(message)
    return words


@pass_context
def _ngettext(context: Context, one: str, many: str, number: int) -> str:
    words: str = context["texts"].ngettext(one, many, number)
    return words
