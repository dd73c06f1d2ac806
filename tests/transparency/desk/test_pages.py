from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.people import Interest
from filterdns.transparency.casebook.records import values_of
from filterdns.transparency.casebook.tables import cases
from filterdns.transparency.desk.queue import PAGE, due_words
from tests.transparency.desk.desk_site import LISTING, REMOVING, DeskSite, Reply, ask, person
from tests.transparency.desk.filled import MARKUP, fill, then
from tests.transparency.lists import WHEN


def page(desk: DeskSite, case: Case | int, who: str) -> Reply:
    return desk.as_(who).get(f"/desk/case/{case if isinstance(case, int) else case.id}")


def test_one_person_opens_a_name(desk: DeskSite) -> None:
    case = ask(desk.casebook, text="We are a clinic.")
    said = desk.as_("ada").press(case.id, "remove", **REMOVING)
    assert said.status == 200
    assert "It is decided." in said.words
    after = desk.casebook.case(case.id)
    assert (after.state, after.outcome, after.deciders) == ("decided", e.REMOVED, ("ada",))
    assert (after.reason, after.cause) == ("A clinic, and no casino.", "import_error")
    assert [row.deed["do"] for row in desk.casebook.pending()] == ["open", "tell"]


def test_two_people_of_two_organisations_close_one(desk: DeskSite) -> None:
    case = ask(desk.casebook, "new.example", kind=e.PROPOSAL)
    asked = desk.as_("ada").press(case.id, "approve", **LISTING)
    assert "Nothing changes yet" in asked.words
    assert desk.casebook.case(case.id).approvals == ()
    assert "Your word is there" in desk.confirm(case.id, "approve", **LISTING).words
    same = page(desk, case, "dee")
    assert "the second is of another organisation" in same.words
    assert "one more person, of another organisation than university" in same.words
    done = desk.as_("bo").confirm(case.id, "approve", **LISTING)
    assert "It is decided." in done.words
    (deed, _) = [row.deed for row in desk.casebook.pending()]
    assert deed["do"] == "list"
    assert [approval["by"] for approval in deed["approvals"]] == ["ada", "bo"]
    assert deed["reason"] == {"en": LISTING["reason"]}
    assert deed["evidence"] == [{"grade": "E2", "on": "2026-12-01", "note": "front page, no account made"}]
    assert desk.casebook.check() == []


def test_a_category_that_needs_its_field_waits_for_it(desk: DeskSite) -> None:
    case = ask(desk.casebook, "sad.example", "selfharm", e.PROPOSAL)
    desk.as_("ada").confirm(case.id, "approve", **LISTING)
    desk.as_("bo").confirm(case.id, "approve", **LISTING)
    assert desk.casebook.case(case.id).is_open
    assert "a partner of the field: health" in page(desk, case, "cy").words
    desk.confirm(case.id, "approve", **LISTING)
    assert desk.casebook.case(case.id).outcome == e.LISTED


def test_two_maintainers_of_one_organisation_cannot_close_and_one_opens(desk: DeskSite) -> None:
    for name in ("mo", "my"):
        desk.casebook.people.add(person(name, "maintainers", "maintainer"))
    case = ask(desk.casebook, "new.example", kind=e.PROPOSAL)
    desk.as_("mo").confirm(case.id, "approve", **LISTING)
    refused = desk.as_("my").get(f"/desk/case/{case.id}")
    assert "the second is of another organisation" in refused.words
    opened = ask(desk.casebook, "short.example")
    assert "It is decided" in desk.as_("my").press(opened.id, "remove", **REMOVING).words


def test_what_was_opened_by_lateness_is_closed_again_by_two(desk: DeskSite) -> None:
    case = then(desk.casebook, ask(desk.casebook), e.SUSPENDED, why=e.WHY_LATE)
    asked = desk.as_("ada").press(case.id, "uphold", reason="It is a casino.")
    assert "Nothing changes yet" in asked.words
    desk.confirm(case.id, "uphold", reason="It is a casino.")
    assert desk.casebook.case(case.id).suspended
    desk.as_("bo").confirm(case.id, "uphold", reason="It is a casino.")
    after = desk.casebook.case(case.id)
    assert (after.outcome, after.suspended) == (e.UPHELD, "")


def test_a_second_step_is_decided_by_two_of_the_three_who_were_drawn(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    case = then(desk.casebook, case, e.DECIDED, "ada", "university", outcome=e.UPHELD, reason={"en": "x"})
    case = then(desk.casebook, case, e.ASKED_AGAIN, e.PUBLIC, due=(WHEN + timedelta(days=14)).isoformat())
    case = then(desk.casebook, case, e.DRAWN, people=["bo", "cy", "dee"], size=7)
    assert "You decided the first step" in page(desk, case, "ada").words
    desk.as_("bo").press(case.id, "remove", **REMOVING)
    assert desk.casebook.case(case.id).is_open
    assert "You have spoken already" in page(desk, case, "bo").words
    desk.as_("dee").press(case.id, "remove", **REMOVING)
    after = desk.casebook.case(case.id)
    assert (after.state, after.outcome, after.deciders) == ("closed", e.REMOVED, ("ada", "bo", "dee"))


def test_narrowing_opens_names_below_the_listed_one_and_no_other(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    desk.as_("ada")
    for names in ("other.example", "casino.example", "xcasino.example", "bad name!.casino.example", "",
                  "\n".join(f"a{n}.casino.example" for n in range(21))):  # fmt: skip
        reply = desk.press(case.id, "narrow", names=names, **REMOVING)
        assert (reply.status, "Nothing was done yet" in reply.words) == (422, True)
    desk.press(case.id, "narrow", names="Clinic.casino.example\nbücher.casino.example", below="yes", **REMOVING)
    assert [(row.deed["name"], row.deed["subdomains"]) for row in desk.casebook.pending()][:2] == [
        ("clinic.casino.example", True),
        ("xn--bcher-kva.casino.example", True),
    ]


def test_moving_opens_here_and_proposes_there_to_others(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    assert desk.as_("ada").press(case.id, "move", to_category="gambling", **REMOVING).status == 422
    desk.press(case.id, "move", to_category="video", **REMOVING)
    assert desk.casebook.case(case.id).outcome == e.MOVED
    (proposal,) = desk.casebook.open_cases()
    assert (proposal.kind, proposal.category) == (e.PROPOSAL, "video")
    assert "brought this forward yourself" in page(desk, proposal, "ada").words


@pytest.mark.parametrize(("press", "kind"), [("hold", e.HOLD), ("protect", e.PROTECT)])
def test_holding_and_protecting_are_brought_forward_and_decided_by_two_others(
    desk: DeskSite, press: str, kind: str
) -> None:
    case = ask(desk.casebook)
    desk.as_("ada").press(case.id, press, note="It is broken into since today.")
    (found,) = desk.casebook.open_cases(kinds=[kind])
    assert "broken into since today" in page(desk, found, "bo").words
    desk.as_("bo").confirm(found.id, "approve", **LISTING)
    desk.as_("cy").confirm(found.id, "approve", **LISTING)
    assert desk.casebook.pending()[0].deed["do"] == press


def test_what_one_brought_forward_one_takes_back_and_no_more(desk: DeskSite) -> None:
    made = desk.as_("ada").send(
        "/desk/propose",
        desk.get("/desk/propose").hidden("/desk/propose")
        | {"kind": e.PROPOSAL, "name": "New.example", "below": "yes", "category": "gambling", "note": "Seen today."},
    )
    (case,) = desk.casebook.open_cases()
    assert made.headers["Location"].startswith(f"/desk/case/{case.id}")
    assert (case.name, case.subdomains) == ("new.example", True)
    assert not page(desk, case, "bo").has_form(f"/desk/case/{case.id}/withdraw")
    assert "taken back" in desk.as_("ada").press(case.id, "withdraw").words
    asked = ask(desk.casebook)
    forged = page(desk, asked, "bo").hidden(f"/desk/case/{asked.id}/take")
    assert desk.send(f"/desk/case/{asked.id}/withdraw", forged).status == 403


@pytest.mark.parametrize(
    "wrong", [{"name": "com"}, {"name": "not a name"}, {"category": "restricted_legal"}, {"category": "legal_order"},
              {"note": ""}, {"kind": "appeal"}]
)  # fmt: skip
def test_a_proposal_that_says_too_little_is_asked_again(desk: DeskSite, wrong: dict[str, str]) -> None:
    token = desk.as_("ada").get("/desk/propose").hidden("/desk/propose")
    right = {"kind": e.PROPOSAL, "name": "new.example", "category": "gambling", "note": "Seen today."}
    reply = desk.send("/desk/propose", token | right | wrong)
    assert reply.status == 422
    assert "Nothing was done yet" in reply.words
    assert desk.casebook.open_cases() == []


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"reason": "x" * 401}, {"cause": ""}, {"cause": "whim"}, {"reason_own": "x", "language": ""},
     {"reason_own": "x", "language": "en"}, {"reason_own": "x" * 401, "language": "th"}],
)  # fmt: skip
def test_nothing_is_decided_without_a_reason_and_what_was_typed_stays(desk: DeskSite, wrong: dict[str, str]) -> None:
    case = ask(desk.casebook)
    reply = desk.as_("ada").press(case.id, "remove", **(REMOVING | wrong))
    assert reply.status == 422
    assert desk.casebook.case(case.id) == case
    assert wrong.get("reason", REMOVING["reason"]) in reply.text
    assert 'aria-invalid="true"' in reply.text


def test_a_reason_in_the_language_of_the_case_goes_along(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    desk.as_("ada").press(case.id, "remove", reason_own="คลินิก", language="th", **REMOVING)
    assert desk.casebook.pending()[0].deed["reason"] == {"en": REMOVING["reason"], "th": "คลินิก"}


def test_if_somebody_was_first_one_is_told_and_keeps_what_one_wrote(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    path = f"/desk/case/{case.id}/remove"
    before = page(desk, case, "ada").hidden(path)
    then(desk.casebook, case, e.JOINED, e.PUBLIC, claim=False)
    reply = desk.send(path, before | REMOVING)
    assert (reply.status, "Somebody was first" in reply.words) == (409, True)
    assert REMOVING["reason"] in reply.text
    assert desk.casebook.case(case.id).is_open


def test_whoever_was_drawn_has_half_of_the_time_alone_and_can_hand_over(desk: DeskSite) -> None:
    case = then(
        desk.casebook, ask(desk.casebook), e.DRAWN, people=["bo"], size=7, root="ab" * 32, qualified=["bo", "cy"]
    )
    assert "half of the time for themselves: bo" in page(desk, case, "ada").words
    assert "handed over to" in desk.as_("bo").press(case.id, "hand_over").words
    after = desk.casebook.case(case.id)
    assert after.drawn[0] in ("ada", "cy", "dee")
    assert not page(desk, case, "bo").has_form(f"/desk/case/{case.id}/hand_over")


def test_nobody_is_drawn_or_decides_who_has_to_do_with_the_site(desk: DeskSite) -> None:
    desk.casebook.people.declare(Interest("bo", "sponsor", "casino.example", WHEN))
    case = ask(desk.casebook, "www.casino.example")
    refused = page(desk, case, "bo")
    assert "You have to do with casino.example (sponsor)" in refused.words
    assert not refused.has_form(f"/desk/case/{case.id}/remove")


def test_an_organisation_above_half_waits_for_another(desk: DeskSite) -> None:
    for number in range(11):
        case = ask(desk.casebook, f"a{number}.example")
        then(desk.casebook, case, e.DECIDED, "ada", "university", outcome=e.UPHELD, reason={"en": "x"})
    case = ask(desk.casebook)
    refused = page(desk, case, "dee")
    assert "No organisation decides more than half" in refused.words
    assert "university has decided 100 %" in refused.words
    assert page(desk, case, "bo").has_form(f"/desk/case/{case.id}/remove")


def test_a_machine_that_went_down_between_the_last_word_and_the_decision_loses_nothing(desk: DeskSite) -> None:
    case = ask(desk.casebook, "new.example", kind=e.PROPOSAL)
    voice = {"outcome": e.LISTED, "role": "school", "on": "2026-12-01", "reason": {"en": "Roulette."}, "evidence": []}
    case = then(desk.casebook, case, e.APPROVED, "ada", "university", **voice)
    case = then(desk.casebook, case, e.APPROVED, "bo", "school association", **voice)
    assert page(desk, case, "bo").has_form(f"/desk/case/{case.id}/complete")
    assert not page(desk, case, "cy").has_form(f"/desk/case/{case.id}/complete")
    desk.as_("ada").press(case.id, "complete")
    assert desk.casebook.case(case.id).outcome == e.LISTED


def test_what_strangers_wrote_is_shown_as_text(desk: DeskSite) -> None:
    cases = fill(desk)
    shown = page(desk, cases["letters"], "ada")
    assert MARKUP not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert '<blockquote lang="ar" dir="auto">' in shown.text
    desk.casebook.check()


def test_auditors_keep_the_valve_closed_for_two_weeks_at_the_most(desk: DeskSite) -> None:
    token = desk.as_("eli").get("/desk/valve").hidden("/desk/valve")
    for wrong in ({"days": "15"}, {"days": "0"}, {"days": "-1"}, {"days": "x"}, {"category": "nothing"}):
        assert desk.send("/desk/valve", token | {"category": "adult", "days": "14"} | wrong).status == 403
    assert desk.send("/desk/valve", token | {"category": "adult", "days": "14"}).status == 200
    assert desk.casebook.valve(WHEN, {}).extended_until == {"adult": WHEN + timedelta(days=14)}
    assert not desk.as_("ada").get("/desk/valve").has_form("/desk/valve")


@pytest.mark.parametrize(
    ("hours", "words"),
    [(72, "due in 3 days"), (47, "due in 47 hours"), (3, "due in 3 hours"), (1.5, "due in 90 minutes"),
     (0.001, "due in less than a minute"), (0, "less than a minute late"), (-3, "3 hours late"), (-49, "2 days late")],
)  # fmt: skip
def test_deadlines_are_said_in_words(hours: float, words: str) -> None:
    assert due_words(WHEN + timedelta(hours=hours), WHEN) == words


def test_the_queue_is_turned_filtered_and_asked_for_what_is_mine(desk: DeskSite) -> None:
    cases = fill(desk)
    then(desk.casebook, desk.casebook.case(cases["long"]), e.TAKEN, "cy", "health service")
    desk.as_("cy")
    assert "a-very-long-name" in desk.get("/desk?whose=mine").words
    assert "new.example" not in desk.get("/desk?whose=mine").words
    assert "a-very-long-name" not in desk.get("/desk?whose=free").words
    overdue = desk.get("/desk?whose=overdue").words
    assert "bad.example" in overdue
    assert "new.example" not in overdue
    assert "new.example" in desk.get("/desk?kind=proposal").words
    assert "bad.example" not in desk.get("/desk?category=gambling").words
    first = desk.get("/desk").words
    assert first.index("blog.clinic.example") < first.index("bad.example")  # claims of protection come first
    for odd in ("?page=99999", "?page=-1", "?whose=%00", "?category='%20or%201", "?kind=%3Cb%3E"):
        assert desk.get(f"/desk{odd}").status == 200


def test_a_case_that_is_not_there_is_told(desk: DeskSite) -> None:
    for path in ("/desk/case/7", "/desk/case/999999999"):
        assert "no such case" in desk.as_("ada").get(path).words
    case = ask(desk.casebook)
    token = page(desk, case, "ada").hidden(f"/desk/case/{case.id}/take")
    assert desk.send(f"/desk/case/{case.id}/nothing", token).status == 403


def prove_control(casebook: Casebook, case: Case) -> None:
    (receipt, *_) = casebook.receipts(case.id)
    casebook.controls.ask(receipt.id, case.name, "token", WHEN)
    casebook.controls.tried(receipt.id, WHEN, found=True)


def test_a_case_whose_keeper_has_proved_control_is_marked_and_comes_first(desk: DeskSite) -> None:
    ask(desk.casebook, "first.example")
    owned = ask(desk.casebook, "owned.example", when=WHEN + timedelta(hours=1))
    names = [case.name for case in desk.casebook.open_cases()]
    assert names == ["first.example", "owned.example"]
    prove_control(desk.casebook, owned)
    shown = desk.as_("ada").get("/desk").words
    assert shown.index("owned.example") < shown.index("first.example")
    assert "owned.example asked by its keeper" in shown
    assert "first.example asked by its keeper" not in shown
    assert "asked by its keeper" in desk.get(f"/desk/case/{owned.id}").words


def test_ten_thousand_cases_are_listed_within_200_ms(desk: DeskSite) -> None:
    store = desk.casebook._store
    case = ask(desk.casebook)
    rows = [
        values_of(replace(case, id=n, name=f"a{n}.example", due=WHEN + timedelta(minutes=n), drawn=("bo",)))
        for n in range(2, 10_001)
    ]
    store.write(lambda c: c.execute(insert(cases), rows))
    prove_control(desk.casebook, case)
    desk.as_("ada")
    for path in ("/desk", f"/desk?page={10_000 // PAGE - 2}", "/desk?whose=mine", "/desk?whose=overdue"):
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            assert desk.get(path).status == 200
            times.append(time.perf_counter() - begin)
        assert min(times) < 0.2, path
