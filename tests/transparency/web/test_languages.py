from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from filterdns.transparency.locale.texts import languages, translator
from filterdns.transparency.web.languages import Languages
from tests.transparency.web.served import Site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Arabic and traditional Chinese, each with one text."""
    for code, words in (("ar", "مساعدة"), ("zh-Hant", "幫助")):
        catalog = Catalog(locale=code.replace("-", "_"))
        catalog.add("Help", words)
        place = tmp_path / code / "LC_MESSAGES"
        place.mkdir(parents=True)
        with (place / "filterdns.mo").open("wb") as file:
            write_mo(file, catalog)
    return tmp_path


def test_a_language_is_read_from_its_catalogue_and_falls_back_to_english(folder: Path) -> None:
    assert languages(folder) == ("ar", "zh-Hant")
    assert translator("ar", folder).gettext("Help") == "مساعدة"
    assert translator("ar", folder).gettext("Nothing of the kind") == "Nothing of the kind"
    assert translator("xx", folder).gettext("Help") == "Help"
    assert translator("../../etc", folder).gettext("Help") == "Help"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("ar-EG, en;q=0.8", "ar"),
        ("zh-Hant-TW", "zh-Hant"),
        ("en;q=0.9, AR;q=1", "ar"),
        ("fr, de", "en"),
        ("ar;q=0, en", "en"),
        ("ar;q=nonsense", "en"),
        ("en, ar", "en"),
        (",;=" * 500, "en"),
        ("*", "en"),
    ],
)
def test_what_a_browser_prefers_is_chosen(folder: Path, header: str, code: str) -> None:
    assert Languages(folder).preferred(header).code == code


def test_the_direction_is_that_of_the_language(folder: Path) -> None:
    known = Languages(folder)
    assert (known.preferred("ar").direction, known.preferred("zh-Hant").direction) == ("rtl", "ltr")


def test_pages_say_their_language_and_that_it_depends_on_the_reader(site: Site) -> None:
    reply = site.get("/help")
    assert '<html lang="en" dir="ltr">' in reply.text
    assert reply.headers["Content-Language"] == "en"
    assert reply.headers["Vary"] == "Accept-Language"
    assert "Set-Cookie" not in site.get("/help?lang=ar").headers
