from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from filterdns.transparency.locale.texts import CRISIS, FOLDER, OWN_NAMES, is_machine_made, languages, translator
from filterdns.transparency.public.words import CLASSES, HELP_KINDS, SHARES
from filterdns.transparency.reasons.texts import RIGHT_TO_LEFT
from filterdns.transparency.web.languages import IN_ALL_LANGUAGES
from tests.transparency.catalogues import (
    TEMPLATE,
    Kept,
    catalogues,
    compiled,
    extracted,
    read_catalogue,
    template_text,
)

TEMPLATES = FOLDER.parent / "templates"
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]*>")
FORMS = {"ar": 6, "hi": 2, "id": 1, "ja": 1, "th": 1, "zh-Hans": 1}  # of a plural
QUOTES = {"ar": "«»", "ja": "「」"}
DATES = {"{day} {month} {year}", "{weekday} {day} {month} {year}"}  # words of the catalogue alone, isolated as a whole
PAGES_OF_HELP = {"help.html", "help_country.html", "help_parts.html", "suggest_stop.html"}
SHOWN_BESIDES = {*SHARES.values(), *(title for title, _ in CLASSES.values())}  # tables that pages of all languages use
REMEDY = "run `make messages`"
NO_TEXT = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
TRANSLATED = re.compile(r"{%-? *trans\b.*?{%-? *endtrans *-?%}", re.DOTALL)
NAMES = re.compile(r"{% block (kind|referrer) %}.*?{% endblock %}")
THINGS = re.compile(
    r"(· )?filterdns( log verify| check.*| lists look-up .*| log replay --log)?|--state again"
    r"|check_log\.py|inhope\.org|childhelplineinternational\.org/helplines"
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


texts = cache(extracted)


@pytest.fixture(params=languages())
def code(request: pytest.FixtureRequest) -> str:
    """Each language."""
    return str(request.param)


def po_of(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / "filterdns.po"


def forms_of(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """One, or as many as a plural has."""
    return (text,) if isinstance(text, str) else text


def texts_of(catalogue: Kept) -> Iterator[str]:
    """Every form of every translation, without its markup."""
    for message in catalogue:
        if message.id:
            yield from (PLACES.sub("", form) for form in forms_of(message.string))


@cache
def places_in_all_languages() -> frozenset[str]:
    """The files with the texts of pages that are shown in every language: templates, what they are made of, words."""
    found, waiting = set(), set(IN_ALL_LANGUAGES)
    while waiting:
        name = waiting.pop()
        found.add(name)
        parts = re.findall(r'{%-? *(?:include|import|extends) "([^"]+)"', (TEMPLATES / name).read_text())
        waiting |= {part for part in parts if part.endswith(".html")} - found
    words = [path.name for path in (FOLDER.parent / "reasons").glob("*.py")]
    return frozenset(
        [
            *(f"transparency/templates/{name}" for name in found),
            *(f"transparency/reasons/{name}" for name in words),
            *("transparency/public/case_words.py", "transparency/public/letter_words.py"),
            "transparency/web/appeal_fields.py",
            *("transparency/web/languages.py", "transparency/web/suggest_pages.py"),
        ]
    )


def test_the_template_has_every_text_and_no_other() -> None:
    assert TEMPLATE.read_bytes() == template_text(), REMEDY


def test_what_the_pages_read_is_what_translators_wrote() -> None:
    for po in catalogues():
        assert po.with_suffix(".mo").read_bytes() == compiled(po), REMEDY


def test_every_translation_is_of_a_text_that_exists_and_keeps_its_places(code: str) -> None:
    """Markup is taken as it stands in a catalogue, so a translation has that of the English text and no other."""
    known = {message.id for message in texts()}
    for message in read_catalogue(po_of(code)):
        if not message.id:
            continue
        assert message.id in known, REMEDY
        english, forms = forms_of(message.id), forms_of(message.string)
        for form in filter(None, forms):
            if len(english) == 1:
                assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(english[0])), form
            else:  # a form for one may say "one"
                assert set(PLACES.findall(form)) <= set(PLACES.findall(english[-1])), form


def test_a_catalogue_says_what_it_is(code: str) -> None:
    catalogue = read_catalogue(po_of(code))
    assert dict(catalogue.own)["X-Made-By"] == "machine, not yet reviewed by a native speaker"
    assert is_machine_made(translator(code))
    assert "# Glossary" in catalogue.header_comment
    assert code in OWN_NAMES
    assert catalogue.num_plurals == FORMS[code]
    assert set(re.findall('[«»“”„「」"]', "".join(texts_of(catalogue)))) <= set(QUOTES.get(code, "“”"))


def test_pages_shown_in_every_language_are_wholly_in_each(code: str) -> None:
    written = {(message.id, message.context): message.string for message in read_catalogue(po_of(code))}
    missing = []
    for message in texts():
        is_shown = message.id in SHOWN_BESIDES or {place for place, _ in message.locations} & places_in_all_languages()
        if message.id and not message.context and is_shown and not all(forms_of(written[message.id, None])):
            missing.append(message.id)
    assert not missing


def test_no_machine_translates_what_is_said_to_somebody_in_need(code: str) -> None:
    for message in read_catalogue(po_of(code)):
        places = {Path(place).name for place, _ in message.locations}
        if message.id and (message.context == CRISIS or places <= PAGES_OF_HELP or message.id in HELP_KINDS.values()):
            assert not any(message.string), message.id


def test_what_is_put_into_a_text_from_right_to_left_keeps_its_direction() -> None:
    for code in RIGHT_TO_LEFT & set(languages()):
        for message in read_catalogue(po_of(code)):
            if message.id and message.id not in DATES:
                for form in forms_of(message.string):
                    assert not re.search(r"(?<!\u2068)(%\((?!count)\w+\)s|{(?!count)\w+})", form), form
                    assert form.count("\u2068") == form.count("\u2069"), form


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
