"""The templates, compiled once in a process and language, and the few files that every page needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from filterdns.transparency.locale.texts import ENGLISH
from filterdns.transparency.public.words import span_text
from filterdns.transparency.reasons.listing_words import address_text, is_address
from filterdns.transparency.reasons.texts import Text, Texts, choose
from filterdns.transparency.web.appeal_paths import appeal_path
from filterdns.transparency.web.folding import fixed_text, fold
from filterdns.transparency.web.why_path import why_path

_FOLDER = Path(__file__).resolve().parents[1]
TEMPLATES = _FOLDER / "templates"
STATIC = _FOLDER / "static"
IN_ONE_PIECE = frozenset({"why.html"})  # pages with much traffic
FORMS_STYLE, NUMBERS_STYLE = "forms.css", "numbers.css"


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file under a name for its content: browsers may keep it for good, and find it on any host."""

    octets: bytes
    path: str


@cache
def fixed_file(name: str) -> FixedFile:
    """A file of the folder `static`."""
    octets = (STATIC / name).read_bytes()
    stem, _, suffix = name.partition(".")
    kind = "" if stem in ("style", "icon") else f"{stem}-"
    return FixedFile(octets, f"/filterdns-{kind}{hashlib.sha256(octets).hexdigest()[:12]}.{suffix}")


@cache
def templates_in(texts: NullTranslations) -> Environment:
    """The templates in one language, each compiled when it is first asked for: some 20 milliseconds, 50 KiB."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    fold(environment, texts, IN_ONE_PIECE)
    environment.globals.update(
        gettext=_gettext,
        ngettext=_ngettext,
        _=_gettext,
        pgettext=_pgettext,
        style_path=fixed_file("style.css").path,
        icon_path=fixed_file("icon.svg").path,
        lists_style_path=fixed_file("lists.css").path,
        forms_style_path=fixed_file(FORMS_STYLE).path,
        numbers_style_path=fixed_file(NUMBERS_STYLE).path,
        is_address=is_address,
        address_text=address_text,
        choose=choose,
        chosen=_chosen,
        span=_span,
        why_path=why_path,
        appeal_path=appeal_path,
    )
    return environment


@pass_context
def _chosen(context: Context, words: Texts) -> Text:
    """A text of the data in the language of the page, else in English."""
    return choose(words, (context["language"].code,))


@pass_context
def _span(context: Context, hours: int) -> str:
    return span_text(hours, context["texts"])


@pass_context
def _gettext(context: Context, message: str, /, **values: Any) -> Markup:
    return _filled(context["texts"].gettext(message), values)


@pass_context
def _ngettext(context: Context, one: str, many: str, num: int, /, **values: Any) -> Markup:
    return _filled(context["texts"].ngettext(one, many, num), {"num": num, **values})


@pass_context
def _pgettext(context: Context, why: str, message: str, /) -> Markup:
    """A text for somebody in need; in English, and said to be, where the language has none that a person approved."""
    words = context["texts"].pgettext(why, message)
    if words == message and context["language"].code != ENGLISH:
        return Markup('<span lang="en" dir="ltr">{}</span>').format(Markup(words))
    return Markup(words)


def _filled(words: str, values: dict[str, Any]) -> Markup:
    """A text of ours with values of anybody's, which are escaped. Its own signs of percent are doubled."""
    return Markup(words) % values if values else fixed_text(words)
