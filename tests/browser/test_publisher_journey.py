"""A publisher and a home, real processes, in a real Chromium with scripts off and on: what people do, to its end.

Somebody looks up why a clinic is closed at home, and disagrees; one person at the desk opens it, and it resolves
through the home's resolver; what was decided of the name, the log, its proofs and its feeds say so to whoever checks.
Two persons of two organisations close another name. Where nobody answers in time, the clock opens a name by itself.

With scripts on, axe-core looks at each page that is visited.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.both_roles import CLOSED, OPEN, SECONDS, BothRoles, Seat, address_of
from tests.browser.visiting import OPEN_ALL, opened, serious
from tests.running import wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream
from tests.transparency.desk.desk_site import PASSWORD

pytestmark = pytest.mark.timeout(600)  # two of everything are started, and wait for each other

WAYS = ("off", "on")  # scripts
CASINO, FORGOTTEN = "casino.example", "forgotten.example"
CLINICS = {way: f"clinic-{way}.example" for way in WAYS}
ROULETTES = {way: f"roulette-{way}.example" for way in WAYS}
ENTRY = "{http://www.w3.org/2005/Atom}entry"


@dataclass
class Visitor:
    """Somebody at a browser. `axe`: what looks at each page, "" where scripts are off and nothing can."""

    page: Page
    axe: str
    machine: BothRoles

    def at(self, address: str) -> Visitor:
        self.page.goto(address)
        return self.look()

    def look(self) -> Visitor:
        """Stop at the page that is open."""
        if self.axe:
            self.page.evaluate(OPEN_ALL)
            assert serious(self.page, self.axe) == []
        return self

    def follow(self, link: str) -> Visitor:
        self.page.get_by_role("link", name=link, exact=True).first.click()
        return self.look()

    def press(self, button: str) -> Visitor:
        self.page.get_by_role("button", name=button, exact=True).first.click()
        return self.look()

    @property
    def words(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def look_up(self, site: str, name: str, words: str) -> Visitor:
        """From the front page to the page of a name, again until it says so: pages follow the lists within seconds."""

        def is_said() -> bool:
            self.page.goto(f"{site}/")
            self.page.get_by_label("The name of a site, or its whole address").fill(f"https://{name}/page?q=1")
            self.page.get_by_role("button", name="Ask why").click()
            return words in self.words

        wait_until(is_said, SECONDS, f"the page of {name} says {words!r}", every=0.5)
        assert self.page.locator("h1").inner_text() == name
        return self.look()

    def disagree(self) -> str:
        """By the one button of the form; the code."""
        self.press("I think this is wrong")
        assert "A person will look at this by" in self.words
        return "-".join(self.page.locator(".receipt-code span").all_inner_texts())

    def ask_how_it_stands(self, code: str) -> Visitor:
        self.at(f"{self.machine.site}/appeal/status")
        self.page.get_by_label("Your code").fill(code)
        return self.press("Show it")

    def wait_for_words(self, code: str, words: str) -> None:
        """Until the page of a case says so; what it waits for is done by the publisher's keeper."""

        def is_said() -> bool:
            return words in self.ask_how_it_stands(code).words

        wait_until(is_said, SECONDS, f"the page says {words!r}:\n{self.machine.publisher.output()}", every=0.5)

    def wait_for_past(self, name: str, words: str) -> str:
        """The same for the page of a name; what it says was decided about it."""

        def is_said() -> bool:
            self.page.goto(f"{self.machine.site}/why/{name}")
            return words in self.words

        wait_until(is_said, SECONDS, f"{name} says {words!r}:\n{self.machine.publisher.output()}", every=0.5)
        self.look()
        return " ".join(self.page.locator("section[aria-labelledby=past]").inner_text().split())

    def sign_in(self, seat: Seat) -> Visitor:
        self.at(f"{self.machine.site}/desk/sign-in")
        self.page.get_by_label("Pseudonym").fill(seat.pseudonym)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_label("Code that your telephone shows").fill(self.machine.code(seat))
        return self.press("Sign in")

    def fill(self, choice: str, **typed: str) -> Visitor:
        """The form below one of the things that can be done with a case."""
        if not self.axe:  # else it is open already
            self.page.locator(f"#{choice} > summary").click()
        for name, text in typed.items():
            field = self.page.locator(f"#{choice}-{name}")
            field.select_option(text) if name in ("cause", "grade") else field.fill(text)
        self.page.locator(f"#{choice} form > button").click()
        return self.look()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothRoles]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as upstream:
        folder = tmp_path_factory.mktemp("both")
        machine = BothRoles(folder, upstream.port, (CASINO, FORGOTTEN, *CLINICS.values()))
        yield machine
        machine.stop()


@pytest.fixture(scope="module")
def seats(machine: BothRoles, browser: Browser) -> dict[str, Seat]:
    """Two persons of two organisations, who have chosen their passwords."""
    handed = (
        machine.give_seat("ada", "university", "academia"),
        machine.give_seat("bo", "school association", "school"),
    )
    for seat in handed:
        page = opened(browser, 360)
        page.goto(f"{machine.site}/desk/set-up")
        page.get_by_label("Pseudonym").fill(seat.pseudonym)
        page.get_by_label("Set-up code").fill(seat.setup)
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same once more").fill(PASSWORD)
        page.get_by_label("Code that your telephone shows").fill(machine.code(seat))
        page.get_by_role("button", name="Choose it and sign in").click()
        assert page.url == f"{machine.site}/desk"
        page.context.close()
    return {seat.pseudonym: seat for seat in handed}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(way: str, browser: Browser, axe: str, machine: BothRoles) -> Iterator[Visitor]:
    page = opened(browser, 360 if way == "off" else 1280, scripts=way == "on")
    yield Visitor(page, axe if way == "on" else "", machine)
    page.context.close()


def test_from_a_look_up_at_home_to_a_clinic_that_resolves_again(
    visitor: Visitor, way: str, machine: BothRoles, seats: dict[str, Seat]
) -> None:
    clinic = CLINICS[way]
    machine.says(clinic, CLOSED)
    visitor.look_up(address_of(machine.home), clinic, "You think this is wrong?").follow("I disagree")
    assert visitor.page.url == f"{machine.site}/appeal/{clinic}"
    visitor.page.get_by_label("This is health, help, education or support").check()
    code = visitor.disagree()
    assert clinic in visitor.ask_how_it_stands(code).words

    visitor.sign_in(seats["ada"]).follow(clinic)
    assert "says it is help" in visitor.words
    visitor.fill("remove", cause="import_error", reason="This is a clinic, and no casino.")
    assert "It is decided." in visitor.words
    visitor.press("Sign out")

    machine.says(clinic, OPEN)
    visitor.wait_for_words(code, "by our own test resolver")
    assert "This is a clinic, and no casino." in visitor.words
    past = visitor.wait_for_past(clinic, "This is a clinic, and no casino.")
    assert "Opened gambling This is a clinic, and no casino." in past
    assert past.index("Published on") < past.index("Seen resolving again by our own test resolver on")


def test_two_persons_of_two_organisations_close_a_name(
    visitor: Visitor, way: str, machine: BothRoles, seats: dict[str, Seat]
) -> None:
    name = ROULETTES[way]
    machine.says(name, OPEN)
    visitor.at(f"{machine.site}/suggest")
    visitor.page.get_by_label("The name of the site").fill(name)
    visitor.page.locator("#category").select_option("gambling")
    visitor.page.get_by_label("What did you see there?").fill("Roulette for money")
    visitor.press("Suggest it")
    for pseudonym, outcome in (("ada", "Your word is there."), ("bo", "It is decided.")):
        visitor.sign_in(seats[pseudonym]).follow(name)
        seen_on = machine.clock.when().date().isoformat()
        visitor.fill(
            "approve", reason="Roulette for money on the front page.", grade="E2", seen_on=seen_on,
            note="front page, no account made",
        )  # fmt: skip
        assert "?" in visitor.page.locator("h1").inner_text()  # it closes a name, so it asks once more
        visitor.page.locator("main form button").click()
        assert outcome in visitor.look().words
        visitor.press("Sign out")
    machine.says(name, CLOSED)
    visitor.look_up(address_of(machine.home), name, "Roulette for money on the front page.")


def test_whoever_trusts_nobody_checks_the_log_with_what_the_pages_offer(
    visitor: Visitor, machine: BothRoles, tmp_path: Path
) -> None:
    visitor.look_up(machine.site, CASINO, "gambling").follow("Proof from the log")
    assert "In that release this very name is listed in: gambling" in visitor.words
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="the checker").click()
    checker = tmp_path / download.value.suggested_filename
    download.value.save_as(checker)
    proof = tmp_path / "proof.json"
    with visitor.page.expect_response("**/proof") as shown:
        visitor.page.get_by_role("link", name="the proof", exact=True).click()
    proof.write_bytes(shown.value.body())

    def check(*arguments: object) -> str:
        command = [sys.executable, str(checker), "--vkey", machine.vkey, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
        return done.stdout + done.stderr

    assert CASINO in check("--name-proof", proof)
    assert "FAULT" not in check("--name-proof", proof)
    own = tmp_path / "own.json"
    machine.run("log", "prove", CASINO, "--out", own, "--state", machine.publisher.state)
    assert check("--name-proof", own) == check("--name-proof", proof)
    assert "FAULT" not in check(f"{machine.site}/log")
    proof.write_text(proof.read_text().replace(CASINO, "another.example"))
    assert "FAULT" in check("--name-proof", proof)


def test_decisions_are_filtered_and_followed(visitor: Visitor, machine: BothRoles) -> None:
    visitor.at(f"{machine.site}/decisions")
    visitor.page.get_by_label("Category").select_option("gambling")
    visitor.page.get_by_label("What happened").select_option("added")
    visitor.press("Show")
    assert CASINO in visitor.words
    feed = visitor.page.get_by_role("link", name="As a feed (Atom)").get_attribute("href")
    entries = ElementTree.fromstring(visitor.page.request.get(f"{machine.site}{feed}").text()).findall(ENTRY)
    assert any(CASINO in "".join(entry.itertext()) for entry in entries)
    visitor.page.get_by_label("Kind").select_option("hold")
    visitor.press("Show")
    assert "0 decisions." in visitor.words
    visitor.at(f"{machine.site}/why/{CASINO}")
    feed = visitor.page.get_by_role("link", name="Changes of this name as a web feed").get_attribute("href")
    assert ElementTree.fromstring(visitor.page.request.get(f"{machine.site}{feed}").text()).findall(ENTRY)


def test_late_the_name_resolves_by_itself_and_the_page_says_why(browser: Browser, axe: str, machine: BothRoles) -> None:
    """The last of these tests: afterwards it is eight days later."""
    visitors = [Visitor(opened(browser, 360), "", machine), Visitor(opened(browser, 1280, scripts=True), axe, machine)]
    codes = []
    for visitor in visitors:
        visitor.look_up(address_of(machine.home), FORGOTTEN, "gambling").follow("I disagree")
        codes.append(visitor.disagree())
        assert "suspended" not in visitor.ask_how_it_stands(codes[-1]).words.lower()
    machine.says(FORGOTTEN, CLOSED)

    machine.clock.move(timedelta(days=8))
    for running in (machine.publisher, machine.home):  # a clock that jumps is believed once a person vouches for it
        wait_until(lambda output=running.output: "not believed" in output(), SECONDS, "the jump is seen")
        machine.run("lists", "confirm-clock", "--state", running.state)
    machine.says(FORGOTTEN, OPEN)
    for visitor, code in zip(visitors, codes, strict=True):
        assert "Suspended: we were late." in visitor.ask_how_it_stands(code).words
        assert "Open for now" in visitor.words
        visitor.at(f"{machine.site}/why/{FORGOTTEN}")
        assert "suspended: we were late" in visitor.words
        visitor.page.context.close()
    machine.says(CASINO, CLOSED)  # nobody disagreed about that one
