"""The lot as the desk draws it: from a real log, by whoever looks first, so that anybody can draw again."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from filterdns.log.reading.reader import open_local
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.draw import draw
from filterdns.transparency.casebook.people import Interest
from filterdns.transparency.desk.roots import root_at
from tests.running import wait_until
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.desk.desk_site import DeskSite, ask
from tests.transparency.lists import WHEN

EARLY = WHEN - timedelta(days=1)


@pytest.fixture
def logged(published: Path, tmp_path: Path) -> Iterator[DeskSite]:
    """A desk beside a log whose entries are all younger than EARLY."""
    state = tmp_path / "state"
    state.mkdir()
    for part in published.iterdir():
        if part.name != "desk":
            (state / part.name).symlink_to(part)
    book = new_casebook(state)
    with DeskSite(state, book) as site:
        yield site
    book.close()


def test_who_looks_first_sees_the_lot_drawn_and_can_draw_again(logged: DeskSite) -> None:
    logged.casebook.people.declare(Interest("dee", "client", "casino.example", WHEN))
    case = ask(logged.casebook, when=EARLY)
    shown = logged.as_("ada").get(f"/desk/case/{case.id}")
    (event,) = (event for event in logged.casebook.events(case.id) if event.kind == e.DRAWN)
    root = root_at(open_local(logged.state), 1)
    assert event.data == {
        "people": draw(root, case.id, ["ada", "bo", "cy"]),  # neither the auditor nor whoever has to do with it
        "size": 1,
        "root": root.hex(),
        "qualified": ["ada", "bo", "cy"],
    }
    command = unescape(re.findall(r"<pre tabindex=\"0\"><code>(.*?)</code>", shown.text, re.DOTALL)[0])
    again = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout.split()
    assert [again[1]] == event.data["people"]
    assert root.hex() in shown.text


def test_it_is_drawn_once_whoever_looks_and_however_the_log_grows(logged: DeskSite) -> None:
    case = ask(logged.casebook, when=EARLY)
    for who in ("ada", "bo", "ada"):
        logged.as_(who).get(f"/desk/case/{case.id}")
    assert [event.kind for event in logged.casebook.events(case.id)] == [e.OPENED, e.DRAWN]


def test_the_queue_draws_for_what_it_shows(logged: DeskSite) -> None:
    cases = [ask(logged.casebook, f"a{number}.example", when=EARLY) for number in range(5)]
    late = ask(logged.casebook, "later.example", when=WHEN + timedelta(hours=1))
    logged.as_("ada").get("/desk")
    wait_until(lambda: all(logged.casebook.case(case.id).drawn for case in cases), 10, "the lots are drawn")
    assert logged.casebook.case(late.id).drawn == ()  # the log has no entry since


def test_three_others_are_drawn_for_a_second_step(logged: DeskSite) -> None:
    case = ask(logged.casebook, when=EARLY)
    decided = logged.casebook.append(
        case.id,
        e.DECIDED,
        "ada",
        "university",
        {"outcome": e.UPHELD, "reason": {"en": "x"}},
        EARLY,
        expected_last=case.last,
    )
    due = {"due": (WHEN + timedelta(days=9)).isoformat()}
    logged.casebook.append(case.id, e.ASKED_AGAIN, e.PUBLIC, "", due, EARLY, expected_last=decided.last)
    logged.as_("bo").get(f"/desk/case/{case.id}")
    assert set(logged.casebook.case(case.id).drawn) == {"bo", "cy", "dee"}
