"""Disagreeing, as strangers do it: the forms, the answers, and what is tried against them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.transparency.appeals import events as e
from tests.transparency.casebook.appealing import appeal
from tests.transparency.lists import WHEN
from tests.transparency.web.appeal_site import STATUS, SUGGEST, AppealSite, beside, code_of, words

CASINO, APPEAL = "casino.example", "/appeal/casino.example"
ELSEWHERE = {"X_Forwarded_For": "192.0.2.7"}
DAY = timedelta(days=1)


@pytest.fixture
def state(published_for_appeals: Path, tmp_path: Path) -> Path:
    return beside(published_for_appeals, tmp_path)


@pytest.fixture
def site(state: Path) -> Iterator[AppealSite]:
    with AppealSite(state) as running:
        yield running


def decide(site: AppealSite, case_id: int, outcome: str = e.UPHELD, reason: str = "We looked again.") -> None:
    case = site.book.case(case_id)
    data = {"outcome": outcome, "reason": reason, "opened_names": []}
    site.book.append(case_id, e.DECIDED, "ada", "uni", data, site.clock.at, expected_last=case.last)


def test_the_form_shows_the_statement_in_short_and_asks_for_nothing(site: AppealSite) -> None:
    page = site.get(APPEAL)
    text = words(page)
    assert "Listed as gambling since 5 November 2026. Roulette for money on the front page." in text
    assert not [tag for tag, attributes in page.page.tags if tag != "input" and "required" in attributes]
    assert not [a for tag, a in page.page.tags if tag == "input" and "required" in a]


def test_the_answer_has_a_day_a_code_who_decides_and_what_comes_of_being_late(site: AppealSite) -> None:
    reply = site.appeal(CASINO)
    text = words(reply)
    assert reply.status == 201
    for told in (
        "Thanks. A person will look at this by Tuesday 8 December 2026",
        "You did nothing wrong by asking.",
        "Keep this code",
        "drawn by lot",
        "The listing stops counting by itself, and the site is open.",
    ):
        assert told in text
    code = code_of(reply)
    assert f"Read aloud: {', '.join(' '.join(group) for group in code.split('-'))}." in text
    links = [attributes.get("href") or "" for tag, attributes in reply.page.tags if tag == "a"]
    assert STATUS in links
    assert not [link for link in links if code.replace("-", "")[:5] in link]


@pytest.mark.parametrize(("name", "helps"), [("pictures.example", True), (CASINO, False)])
def test_helplines_stand_where_somebody_may_need_them(site: AppealSite, name: str, helps: bool) -> None:
    assert ("Somebody is there to listen" in words(site.appeal(name))) is helps


def test_an_order_is_passed_on_to_the_office_that_gave_it(site: AppealSite) -> None:
    text = words(site.appeal("ordered.example"))
    assert "Those who ordered it. We pass on what you said. The Court of Example" in text
    assert "so we cannot open it" in text
    assert site.book.find("ordered.example")[0].klass == "legal"


def test_pressing_twice_gives_the_same_code_and_one_appeal(site: AppealSite) -> None:
    fields = dict(site.form(APPEAL).fields)
    assert code_of(site.send(APPEAL, fields)) == code_of(site.send(APPEAL, fields))
    (case,) = site.book.find(CASINO)
    assert case.appeals == 1


def test_a_second_appeal_joins_the_first_and_is_told_so(site: AppealSite) -> None:
    first, second = site.appeal(CASINO), site.appeal(f"www.{CASINO}")
    assert code_of(first) != code_of(second)
    assert "Yours joins theirs" in words(second)
    (case,) = site.book.find(CASINO)
    assert case.appeals == 2


def test_a_claim_below_a_listed_name_is_about_that_name_alone(site: AppealSite) -> None:
    assert "Wednesday 2 December 2026" in words(site.appeal(f"help.{CASINO}", claim="yes"))
    assert not site.book.find(CASINO)
    (case,) = site.book.find(f"help.{CASINO}")
    assert (case.claim, case.subdomains, case.due) == (True, False, WHEN + DAY)


def test_a_name_that_is_not_listed_makes_no_case(site: AppealSite) -> None:
    reply = site.get("/appeal/nothing.example")
    assert "This name is on none of our lists" in words(reply)
    assert not reply.page.forms
    assert site.send("/appeal/nothing.example", {}).status == 200
    assert not site.book.count_open()


def test_a_household_list_is_asked_about_at_home(site: AppealSite) -> None:
    reply = site.get("/appeal/both.example")  # on lists that this installation added
    assert "Please ask them" in words(reply)
    assert not site.book.find("both.example")


def test_a_repeated_appeal_needs_something_new_for_90_days(site: AppealSite) -> None:
    site.appeal(CASINO)
    decide(site, 1)
    again = site.appeal(CASINO)
    assert again.status == 422
    assert "People looked at this not long ago." in words(again)
    assert "We looked again." in words(again)
    assert len(site.book.find(CASINO)) == 1
    assert site.appeal(CASINO, text="It closed in October.").status == 201
    site.clock.at += 91 * DAY
    assert len(site.book.find(CASINO)) == 2


def test_after_90_days_nothing_new_is_needed(site: AppealSite) -> None:
    site.appeal(CASINO)
    decide(site, 1)
    site.clock.at += 91 * DAY
    assert site.appeal(CASINO).status == 201


def test_out_of_date_is_kept_with_the_receipt(site: AppealSite) -> None:
    site.appeal(CASINO, outdated="yes", appellant="owner")
    (receipt,) = site.book.receipts(1)
    assert (receipt.outdated, receipt.appellant) == (True, "owner")


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "a@example.org\r\nBcc: b@example.org"},
        {"email": "a@example.org, b@example.org"},
        {"email": "nobody"},
        {"text": "x" * 1_001},
    ],
)
def test_what_is_out_of_bounds_is_shown_again_and_nothing_is_kept(site: AppealSite, typed: dict[str, str]) -> None:
    reply = site.appeal(CASINO, **typed)
    assert reply.status == 422
    assert "Nothing was sent yet" in words(reply)
    assert not site.book.count_open()


def test_markup_stays_text(site: AppealSite) -> None:
    reply = site.appeal(CASINO, text="<script>alert(1)</script>", email="no")
    assert "<script" not in reply.text
    assert "&lt;script&gt;" in reply.text


def test_controls_and_halves_of_characters_are_taken_out(site: AppealSite) -> None:
    assert site.appeal(CASINO, text="a\x00b\x1b[31mc\r\nd").status == 201
    assert site.book.receipts(1)[0].text == "ab[31mc\nd"


def test_unknown_words_in_choices_are_nothing(site: AppealSite) -> None:
    site.appeal(CASINO, appellant="president", language="en\r\nX: y", claim="on")
    (receipt,) = site.book.receipts(1)
    assert (receipt.appellant, receipt.language) == ("", "en")
    assert not site.book.case(1).claim


# Where it stands


def test_the_status_is_told_in_words_with_days(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO))
    assert "A person will look at this by Tuesday 8 December 2026." in words(site.status(code))
    case = site.book.case(1)
    site.book.append(1, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, WHEN + 8 * DAY, expected_last=case.last)
    assert "Suspended: we were late." in words(site.status(code.lower().replace("-", " ")))
    decide(site, 1, e.REMOVED, "It is a card museum.")
    case = site.book.case(1)
    site.book.append(1, e.IN_FORCE, e.KEEPER, "", {"release": 2, "entry": 9}, WHEN, expected_last=case.last)
    site.book.append(1, e.SEEN, e.KEEPER, "", {"release": 2}, WHEN, expected_last=case.last + 1)
    text = words(site.status(code))
    for told in ("Opened", "It is a card museum.", "release 2", "entry 9", "by our own test resolver"):
        assert told in text
    assert "Ask three others" not in text


def test_three_others_are_asked_once_and_within_60_days(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO))
    assert "Ask three others" not in words(site.status(code))
    decide(site, 1)
    site.clock.at += 59 * DAY
    assert "Ask three others" in words(site.status(code))
    assert "Three others look at it now." in words(site.status(code, do="ask_again", case="1"))
    assert site.book.case(1).due == site.clock.at + 14 * DAY
    assert "not possible any more" in words(site.status(code, do="ask_again", case="1"))


def test_after_60_days_nobody_is_asked_again(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO))
    decide(site, 1)
    site.clock.at += 60 * DAY
    assert "Ask three others" not in words(site.status(code))
    assert "not possible any more" in words(site.status(code, do="ask_again", case="1"))
    assert site.book.case(1).step == 1


def test_one_who_appealed_alone_may_withdraw_and_others_are_not_withdrawn(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO))
    site.appeal(CASINO)
    assert "Withdraw it" not in words(site.status(code))
    assert "not possible" in words(site.status(code, do="withdraw", case="1"))
    assert site.book.case(1).is_open
    alone = code_of(site.appeal("short.example"))
    assert "Withdrawn. Nothing was changed." in words(site.status(alone, do="withdraw", case="2"))
    assert not site.book.case(2).is_open


def test_a_code_acts_in_its_own_case_alone(site: AppealSite) -> None:
    site.appeal(CASINO)
    other = code_of(site.appeal("short.example"))
    site.status(other, do="withdraw", case="1")
    assert site.book.case(1).is_open


def test_proof_of_control_is_offered_kept_and_opens_the_course_of_the_case(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO))
    before = words(site.status(code))
    assert f"_filterdns.{CASINO} TXT" in before
    assert "The course of the case" not in before
    site.status(code, do="prove", case="1")
    (control,) = site.book.controls.waiting()
    assert control.token in before
    assert code.replace("-", "").lower() not in control.token
    site.book.controls.tried(control.receipt, WHEN, found=True)
    assert "The course of the case" in words(site.status(code))
    assert site.book.controls.proven([1]) == {1}


# Suggestions


GAMBLING = {"name": "roulette.example", "category": "gambling", "text": "roulette", "seen_on": "2026-11-30"}


def test_a_suggestion_is_one_case_and_nobody_reads_its_name(site: AppealSite) -> None:
    first = site.fill(SUGGEST, None, **GAMBLING)
    second = site.fill(SUGGEST, None, **GAMBLING | {"name": "https://ROULETTE.example/table?x=1"})
    assert (first.status, second.status) == (201, 201)
    (case,) = site.book.find("roulette.example")
    assert (case.kind, case.appeals, case.due) == (e.PROPOSAL, 2, WHEN + 3 * DAY)
    for path in ("/why/roulette.example", "/decisions", "/decisions/feed", "/numbers", "/"):
        text = site.get(path).text.replace("/why/roulette.example", "")
        assert "suggest" not in text.lower().replace("/suggest", "").replace("suggest a site", "") or path == "/"
        assert path.startswith("/why") or "roulette" not in text
    assert site.book.receipts(case.id)[0].text == "[2026-11-30] roulette"
    assert "Received. A person looks at it by Friday 4 December 2026" in words(site.status(code_of(first)))


def test_a_page_about_a_suggested_name_is_the_page_of_any_name(site: AppealSite) -> None:
    before = site.get("/why/roulette.example").text
    site.fill(SUGGEST, None, **GAMBLING)
    assert site.get("/why/roulette.example").text == before


def test_s31_s38_images_of_abuse_are_stopped_and_nothing_is_kept(site: AppealSite) -> None:
    reply = site.fill(SUGGEST, None, **GAMBLING | {"category": "restricted_legal"})
    assert "Please tell a hotline, not us" in words(reply)
    assert "inhope.org" in reply.text
    assert "roulette" not in reply.text
    assert not site.book.count_open()
    assert "Pictures of children being abused?" in words(site.get(SUGGEST))


@pytest.mark.parametrize("wrong", [{"category": "legal_order"}, {"category": "politics"}, {"category": ""},
                                   {"name": "com"}, {"name": "10.0.0.1"}, {"text": ""}, {"seen_on": "2999-01-01"},
                                   {"seen_on": "yesterday"}])  # fmt: skip
def test_a_suggestion_that_says_too_little_is_shown_again(site: AppealSite, wrong: dict[str, str]) -> None:
    reply = site.fill(SUGGEST, None, **GAMBLING | wrong)
    assert reply.status == 422
    assert not site.book.count_open()


def test_categories_stand_with_what_is_in_and_out(site: AppealSite) -> None:
    text = words(site.get(SUGGEST))
    assert "Stakes on chance for something of value" in text
    assert "Help with gambling, lessons on probability" in text


@pytest.mark.parametrize(("name", "told"), [("clinic.example", "This site stays open"), (CASINO, "listed already")])
def test_what_is_protected_or_listed_is_not_taken(site: AppealSite, name: str, told: str) -> None:
    assert told in words(site.fill(SUGGEST, None, **GAMBLING | {"name": name}))
    assert not site.book.count_open()


# The page of a name


def test_the_page_of_a_name_says_what_is_challenged_and_until_when(site: AppealSite) -> None:
    assert f'href="{APPEAL}"' in site.get(f"/why/{CASINO}").text
    site.appeal(CASINO)
    text = words(site.get(f"/why/www.{CASINO}"))
    assert "challenged since Tuesday 1 December 2026" in text
    assert "Decision by Tuesday 8 December 2026." in text
    case = site.book.case(1)
    site.book.append(1, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, WHEN + 8 * DAY, expected_last=case.last)
    assert "suspended: we were late" in words(site.get(f"/why/{CASINO}"))
    decide(site, 1, e.REMOVED, "It is a card museum.")
    assert "It is a card museum." in words(site.get(f"/why/{CASINO}"))


def test_a_case_that_another_process_opened_is_told_a_second_later(site: AppealSite) -> None:
    assert "challenged" not in words(site.get(f"/why/{CASINO}"))
    appeal(site.book, CASINO, when=WHEN)
    site.clock.seconds += 1
    assert "challenged since Tuesday 1 December 2026" in words(site.get(f"/why/{CASINO}"))


def test_what_was_decided_about_a_hashed_list_stands_on_no_page(site: AppealSite) -> None:
    site.appeal("shock.example")
    decide(site, 1, reason="for the desk alone")
    assert "for the desk alone" not in site.get("/why/shock.example?shown=1").text


def test_what_an_appellant_wrote_is_on_no_page(site: AppealSite) -> None:
    code = code_of(site.appeal(CASINO, text="my secret", email="me@example.org"))
    pages = [site.get(f"/why/{CASINO}").text, site.status(code).text, site.get(f"/api/v1/why/{CASINO}").text]
    assert not [page for page in pages if "my secret" in page or "me@example.org" in page]
