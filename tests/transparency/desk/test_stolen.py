"""What somebody can do alone who has stolen a reviewer's password and telephone, as `deploy/README.md` says it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from filterdns.transparency.appeals import events as e
from filterdns.transparency.desk.roles import MOST_OPENED_AN_HOUR
from filterdns.transparency.desk.sessions import seal
from tests.transparency.desk.desk_site import LISTING, REMOVING, DeskSite, ask
from tests.transparency.desk.device import Device, asked_by
from tests.transparency.desk.filled import fill, then

FIELDS = {
    **LISTING,
    **REMOVING,
    "names": "a.casino.example",
    "to_category": "video",
    "language": "th",
    "note": "Seen today.",
    "confirmed": "yes",
}
PRESSES = ("approve", "uphold", "decline", "complete", "withdraw", "hold", "protect", "look_again", "take", "hand_over")
CLOSING = {"list", "hold", "protect", "lift"}


@pytest.mark.parametrize("pseudonym", ["ada", "eli"])
def test_a_stolen_account_closes_nothing_whatever_it_presses(desk: DeskSite, pseudonym: str) -> None:
    """Every button of every kind of case, those of which it is shown none included, and of what it opens by that.

    Whoever has the cookie can seal forms as the pages do.
    """
    fill(desk)
    token = desk.as_(pseudonym).cookie.partition("=")[2]
    answers = set()
    for _ in range(2):
        numbers = [case.id for case in desk.casebook.open_cases()]
        for number, press in product(numbers, PRESSES):
            path, last = f"/desk/case/{number}/{press}", str(desk.casebook.case(number).last)
            answers.add(desk.send(path, {"token": seal(token, path), "last": last} | FIELDS).status)
    assert answers <= {303, 403}
    assert {303, 403} <= answers
    deeds = [row.deed for row in desk.casebook.pending(1_000)]
    assert not [deed for deed in deeds if deed["do"] in CLOSING]
    assert [case.suspended for case in desk.casebook.find("short.example") if case.challenges_listing] == [e.WHY_LATE]
    assert desk.casebook.check() == []


def test_a_stolen_account_opens_one_name_at_a_time_and_few_an_hour(desk: DeskSite) -> None:
    for number in range(
        MOST_OPENED_AN_HOUR + 2
    ):  # without others it would be stopped earlier, at half of what is decided
        case = ask(desk.casebook, f"b{number}.example")
        then(desk.casebook, case, e.DECIDED, "bo", "school association", outcome=e.UPHELD, reason={"en": "x"})
    cases = [ask(desk.casebook, f"a{number}.example") for number in range(MOST_OPENED_AN_HOUR + 1)]
    desk.as_("ada")
    for case in cases[:MOST_OPENED_AN_HOUR]:
        assert "It is decided" in desk.press(case.id, "remove", **REMOVING).words
    one_more = cases[MOST_OPENED_AN_HOUR]
    shown = desk.get(f"/desk/case/{one_more.id}")
    assert f"You have opened {MOST_OPENED_AN_HOUR} names within an hour" in shown.words
    assert not shown.has_form(f"/desk/case/{one_more.id}/remove")
    assert desk.casebook.case(one_more.id).is_open
    desk.later(minutes=59)
    assert f"You have opened {MOST_OPENED_AN_HOUR}" in desk.get(f"/desk/case/{one_more.id}").words
    desk.later(minutes=1, seconds=1)
    desk.as_("ada")
    assert "It is decided" in desk.press(one_more.id, "remove", **REMOVING).words


def test_who_signs_in_again_or_restarts_the_pages_gains_no_further_names(desk: DeskSite) -> None:
    """The count is of what the casebook holds, not of a session or of a process."""
    for number in range(MOST_OPENED_AN_HOUR):
        case = ask(desk.casebook, f"a{number}.example")
        then(desk.casebook, case, e.DECIDED, "ada", "university", outcome=e.REMOVED, reason={"en": "x"}, cause="other")
    case = ask(desk.casebook)
    assert "within an hour" in desk.as_("ada").get(f"/desk/case/{case.id}").words


def test_it_opens_nothing_that_it_brought_forward_itself(desk: DeskSite) -> None:
    proposed = {"kind": e.REVIEW, "name": "casino.example", "category": "gambling", "note": "x"}
    desk.as_("ada").send("/desk/propose", desk.get("/desk/propose").hidden("/desk/propose") | proposed)
    (case,) = desk.casebook.open_cases()
    assert "brought this forward yourself" in desk.get(f"/desk/case/{case.id}").words


def test_an_open_browser_is_made_into_no_passkey(desk: DeskSite) -> None:
    """Whoever has the cookie can seal forms, and still has nothing that a new device may sign."""
    signing_in = asked_by(desk.get("/desk/sign-in").text)
    token = desk.as_("ada").cookie.partition("=")[2]
    path = "/desk/account/passkey"
    assert (
        desk.send(path, {"token": seal(token, path), "name": "x", "password": "guess", "code": "000000"}).status == 403
    )
    for challenge in (signing_in["challenge"], "A" * 64, ""):
        made = Device().make({"challenge": challenge, "user": {"id": "A"}})
        assert desk.send(f"{path}/add", {"token": seal(token, f"{path}/add"), "name": "x"} | made).status == 422
    assert desk.casebook.passkeys.of("ada") == []


def test_it_is_shut_out_at_once_when_the_seat_is_taken_away(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    desk.as_("ada")
    form = desk.get(f"/desk/case/{case.id}").hidden(f"/desk/case/{case.id}/remove")
    desk.casebook.people.remove("ada", desk.clock.when() + timedelta(0))
    assert desk.send(f"/desk/case/{case.id}/remove", form | REMOVING).status == 303
    assert desk.casebook.case(case.id) == case
