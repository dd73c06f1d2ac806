from __future__ import annotations

import io
import re

from babel.messages.pofile import read_po

from filterdns.transparency.locale.texts import FOLDER
from tests.transparency.catalogues import TEMPLATE, catalogues, compiled, extracted, template_text

TEMPLATES = FOLDER.parent / "templates"
REMEDY = "run `make messages`"
NO_TEXT = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
TRANSLATED = re.compile(r"{%-? *trans\b.*?{%-? *endtrans *-?%}", re.DOTALL)
NAMES = re.compile(r"{% block (kind|referrer) %}.*?{% endblock %}")
THINGS = re.compile(
    r"(· )?filterdns( log verify| check.*)?|check_log\.py|inhope\.org|childhelplineinternational\.org/helplines"
    r"|English|curl.*|/(api|why)/.*|--vkey|python3 .*|UTC"
)
PUBLIC = (
    *(
        "base",
        "front",
        "process",
        "categories",
        "limits",
        "help",
        "help_parts",
        "help_country",
        "privacy",
        "api",
        "about",
    ),
    *("decisions", "decisions_elsewhere", "log", "fault"),
)


def test_the_template_has_every_text_and_no_other() -> None:
    assert TEMPLATE.read_bytes() == template_text(), REMEDY


def test_what_the_pages_read_is_what_translators_wrote() -> None:
    for po in catalogues():
        assert po.with_suffix(".mo").read_bytes() == compiled(po), REMEDY


def test_every_translation_is_of_a_text_that_exists_and_keeps_its_places() -> None:
    known = {message.id for message in extracted()}
    places = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+")
    for po in catalogues():
        for message in read_po(io.BytesIO(po.read_bytes())):
            if message.id and message.string and isinstance(message.string, str):
                assert message.id in known, REMEDY
                assert sorted(places.findall(message.string)) == sorted(places.findall(message.id)), message.id


def test_no_text_of_a_public_page_is_left_out() -> None:
    """What stands in a template outside of {% trans %} and of expressions is punctuation or the name of a thing."""
    left: list[str] = []
    for name in PUBLIC:
        text = NAMES.sub("", (TEMPLATES / f"{name}.html").read_text())
        text = TRANSLATED.sub("", text)
        for words in NO_TEXT.sub("\n", text).splitlines():
            bare = words.strip()
            if re.search(r"[A-Za-z]{3}", bare) and not THINGS.fullmatch(bare):
                left.append(f"{name}: {bare}")
    assert not left
