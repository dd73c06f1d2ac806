from __future__ import annotations

import re

import pytest

from filterdns.lists.release import OWN
from filterdns.transparency.reasons.wording import UNDISCLOSED
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.templates import TEMPLATES
from tests.transparency.lists import StoppedClock
from tests.transparency.published import HASHED_NAME, SUBSCRIBER, VEILED_NAME
from tests.transparency.web.served import Site

OUTWARD = re.compile(r'<(?:a|img|script|link|iframe)[^>]*(?:href|src)="(?:https?:)?//([^/"]+)')


def test_the_page_of_a_listed_name_says_why_and_until_when(site: Site) -> None:
    reply = site.get("/why/www.casino.example")
    assert reply.status == 200
    for words in ("casino.example", "Roulette for money", "school association", "5 November 2026", "Listed, and"):
        assert words in reply.text
    assert "You are not in trouble" in reply.text


def test_no_page_links_to_the_site_or_names_it_in_its_title(site: Site) -> None:
    for typed in ("casino.example", "stream.example", "clinic.example", "nothing.example"):
        text = site.get(f"/why/{typed}").text
        assert not OUTWARD.findall(text)
        title = re.search(r"<title>(.*?)</title>", text)
        assert title
        assert "example" not in title[1]


def test_an_unlisted_name_gets_other_causes_and_the_sentence_on_undisclosed_lists(site: Site) -> None:
    text = site.get("/why/nothing.example").text
    assert "Not listed" in text
    assert UNDISCLOSED in text
    assert "filterdns check nothing.example" in text


def test_a_restricted_name_gets_the_very_page_of_an_unlisted_one(site: Site) -> None:
    one, other = (site.get(f"/why/{name}").text.replace(name, "NAME") for name in (
        "restricted-legal.filterdns.test", "nothing-at-all.filterdns.test"))  # fmt: skip
    assert one == other


def test_the_form_leads_to_the_page_of_the_name(site: Site) -> None:
    reply = site.get("/why?name=https%3A%2F%2FWWW.B%C3%9Ccher.example%2Fx")
    assert (reply.status, reply.headers["Location"]) == (303, "/why/www.xn--bcher-kva.example")


def test_a_pasted_address_works_in_the_path_too(site: Site) -> None:
    assert "Roulette" in site.get("/why/https://casino.example/bets").text


@pytest.mark.parametrize("path", ["/why?name=casino,%20example", "/why/casino..example"])
def test_a_typing_error_is_told_kindly_with_what_may_be_meant(site: Site, path: str) -> None:
    reply = site.get(path)
    assert reply.status == 400
    assert 'href="/why/casino.example"' in reply.text


def test_what_was_typed_is_never_markup(site: Site) -> None:
    text = site.get("/why?name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script" not in text


def test_a_foreign_host_gets_the_kind_page_without_the_name_in_sight(site: Site) -> None:
    reply = site.get("/", Host="www.casino.example")
    assert reply.status == 403
    assert "<title>Closed here</title>" in reply.text
    assert "You are not in trouble." in reply.text
    assert "Nobody is told you were here." in reply.text
    assert 'href="http://filter.school.example:8053/why/www.casino.example"' in reply.text
    assert 'href="http://filter.school.example:8053/help"' in reply.text
    visible = re.sub(r"<[^>]*>", "", reply.text)
    assert "casino" not in visible


def test_a_foreign_host_that_is_no_name_gets_the_page_too(site: Site) -> None:
    reply = site.get("/", Host='"><b>.example')
    assert reply.status in (400, 403)
    assert "<b>.example" not in reply.text


def test_parts_of_a_closed_site_get_a_word_and_no_page(site: Site) -> None:
    reply = site.get("/app.js", Host="www.casino.example", Accept="*/*")
    assert (reply.status, reply.text) == (403, "closed here\n")
    page = site.get("/deep/page", Host="www.casino.example", Accept="text/html,*/*;q=0.8")
    assert "You are not in trouble." in page.text


def test_every_page_says_so_when_nothing_is_filtered(site: Site) -> None:
    paths = ("/", "/help", "/why/casino.example", "/why/nothing.example", "/why?name=", "/nowhere")
    assert not any("NOT FILTERING" in site.get(path).text for path in paths)
    site.filtering = False
    assert all("NOT FILTERING" in site.get(path).text for path in paths)
    assert "NOT FILTERING" in site.get("/", Host="casino.example").text


def test_help_never_depends_on_a_list(site: Site) -> None:
    text = site.get("/help").text
    assert "childhelplineinternational.org" in text
    assert "inhope.org" in text
    assert len(text.encode()) < 30_000


def test_pages_for_children_do_not_threaten() -> None:
    for template in ("base.html", "closed.html", "help.html", "why_listed.html", "front.html"):
        words = (TEMPLATES / template).read_text(encoding="utf-8").lower()
        for word in ("crime", "offence", "illegal", "police", "punish", "forbidden"):
            assert word not in words, f"{template}: {word}"


def test_the_block_page_is_short() -> None:
    text = (TEMPLATES / "closed.html").read_text(encoding="utf-8")
    main = text.partition("{% block main %}")[2]
    assert len(re.sub(r"<[^>]*>|\{[^}]*\}", " ", main).split()) <= 60


@pytest.mark.parametrize("name", [VEILED_NAME, HASHED_NAME])
def test_names_that_children_should_not_meet_are_veiled_until_asked_for(public_site: Site, name: str) -> None:
    page = public_site.get(f"/why/{name}").text
    visible = re.sub(r"<[^>]*>", "", page)
    assert name not in visible
    assert f"{name[0]}••••.example" in visible
    assert 'href="?shown=1"' in page
    shown = re.sub(r"<[^>]*>", "", public_site.get(f"/why/{name}?shown=1").text)
    assert name in shown
    assert "••••" not in shown
    assert name not in re.sub(r"<[^>]*>", "", public_site.get(f"/why/{name}/proof").text)


def test_a_name_of_a_category_without_a_menu_opens_its_statement_and_stands_in_no_list(public_site: Site) -> None:
    page = public_site.get(f"/why/{HASHED_NAME}?shown=1").text
    assert "Listed as gore since 20 November 2026." in page
    assert "Put on the list" in page
    for path in ("/", "/categories", "/decisions", "/decisions?category=gore", "/log"):
        assert HASHED_NAME not in public_site.get(path).text


def test_the_page_says_who_decided_and_what_stands_behind_it(public_site: Site) -> None:
    text = " ".join(re.sub(r"<[^>]*>", " ", public_site.get("/why/casino.example").text).split())
    assert "rev-17, school association, on 4 November 2026 (as those who keep the lists attest)" in text
    assert "Proposed by a parent" in text
    starter = " ".join(re.sub(r"<[^>]*>", " ", public_site.get("/why/short.example").text).split())
    assert "Decided by Decided by maintainers. The project has no panel of reviewers yet." in starter
    assert "ask at home" not in starter  # what a publisher writes is for everybody
    assert "gambling: an answer within 7 days. If it is late, the listing is suspended by itself" in starter
    assert "One button. You get a day by which a person has looked" in starter


def test_the_way_to_those_who_can_take_a_name_off_is_honest(public_site: Site, site: Site) -> None:
    assert 'href="/about">Who they are' in public_site.get("/why/short.example").text
    assert "keep these lists" not in site.get("/why/ruled.example").text


def test_a_home_leads_to_its_publisher(current: CurrentRelease, clock: StoppedClock) -> None:
    home = Site(current, clock, settings=SUBSCRIBER)
    own = (current.shown.folder / OWN).read_text(encoding="utf-8").split() if current.shown else []
    name = next(name for name in own if name.endswith(".com"))
    page = home.get(f"/why/{name}?shown=1").text
    assert f'href="https://lists.example/why/{name}"' in page
    assert f'href="https://lists.example/why/{name}/proof" rel="noreferrer"' in page
