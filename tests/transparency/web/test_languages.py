from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from filterdns.transparency.locale.texts import OWN_NAMES, languages, translator
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
        ("zh-TW", "en"),
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


@pytest.mark.parametrize("header", ["zh", "zh-CN", "zh-SG,zh;q=0.9", "zh-Hans-CN"])
def test_what_browsers_call_simplified_chinese_is_found(header: str) -> None:
    assert Languages().preferred(header).code == "zh-Hans"


def test_a_catalogue_is_read_when_it_is_first_used_and_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(code: str, place: Path) -> NullTranslations:
        read.append(code)
        return translator(code, place)

    monkeypatch.setattr("filterdns.transparency.web.languages.translator", reading)
    known = Languages(folder)
    assert read == []
    assert known.preferred("ar").texts.gettext("Help") == "مساعدة"
    assert known.preferred("ar").texts.gettext("Help") == "مساعدة"
    assert read == ["ar"]


def test_the_footer_leads_to_each_language_in_its_own_script(site: Site) -> None:
    text = site.get("/why?names=casino.example&lang=hi", Accept_Language="ar").text
    links = re.findall(r'<a href="([^"]+)" lang="([^"]+)" hreflang="\2" dir="(...)"(?: [^>]*)?>([^<]+)</a></li>', text)
    assert {(code, direction, name) for _, code, direction, name in links} == {
        (code, "rtl" if code == "ar" else "ltr", OWN_NAMES[code]) for code in ("en", *languages())
    }
    assert all(address == f"?names=casino.example&amp;lang={code}" for address, code, _, _ in links)
    assert 'lang="hi" hreflang="hi" dir="ltr" aria-current="true">' in text


def test_a_language_that_was_asked_for_goes_along(site: Site) -> None:
    text = site.get("/why/casino.example?lang=th").text
    assert 'href="/process?lang=th"' in text
    assert 'href="/why?names=&amp;lang=th"' in text
    assert '<input type="hidden" name="lang" value="th">' in text
    assert 'href="#main"' in text
    assert not re.search(r'href="/[a-z][^"?]*"(?! ?type)', text.partition("<body")[2])
    assert site.get("/why?name=casino.example&lang=th").headers["Location"] == "/why/casino.example?lang=th"


def test_a_language_that_the_browser_prefers_anyway_needs_nothing_carried(site: Site) -> None:
    for path in ("/why/casino.example", "/why/casino.example?lang=th"):
        text = site.get(path, Accept_Language="th").text
        assert '<html lang="th" dir="ltr">' in text
        assert 'href="/process"' in text
    assert site.get("/why?name=casino.example", Accept_Language="th").headers["Location"] == "/why/casino.example"


def test_what_stands_in_an_address_is_no_markup_in_the_switch(site: Site) -> None:
    text = site.get("/why?names=casino.example&x=%22%3E%3Cscript%3E&lang=th").text
    assert "<script" not in text
    assert "x=%22%3E%3Cscript%3E&amp;lang=ar" in text


def test_a_page_without_translation_is_english_and_says_so_in_the_readers_language(site: Site) -> None:
    reply = site.get("/help", Accept_Language="ar")
    assert '<html lang="en" dir="ltr">' in reply.text
    assert reply.headers["Content-Language"] == "en"
    assert '<p class="machine" lang="ar" dir="rtl">هذه الصفحة بالإنجليزية فقط حتى الآن.</p>' in reply.text
    assert 'class="machine"' not in site.get("/help").text


def test_a_translation_says_that_a_machine_made_it_and_english_says_nothing(site: Site) -> None:
    for code in languages():
        text = site.get("/why/casino.example", Accept_Language=code).text
        assert text.count('class="machine"') == 1
        assert '<a href="?lang=en" lang="en" hreflang="en" dir="ltr">English</a></p>' in text
    assert 'class="machine"' not in site.get("/why/casino.example").text


def test_what_is_said_to_somebody_in_need_is_english_and_marked_so(site: Site) -> None:
    for path, host in (("/why/casino.example", "localhost"), ("/", "casino.example")):
        text = site.get(path, Accept_Language="ar", Host=host).text
        spans = re.findall(r'<span lang="en" dir="ltr">(.*?)</span>', text, re.DOTALL)
        assert any("You are not in trouble." in span for span in spans), path
        assert "You are not in trouble." not in re.sub(
            r'<span lang="en" dir="ltr">.*?</span>', "", text, flags=re.DOTALL
        )
