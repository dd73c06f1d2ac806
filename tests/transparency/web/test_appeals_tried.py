"""What is tried against the forms for strangers: forgery, floods, bodies without end, a casebook that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.transparency.web.appeal_limits import AppealLimits
from filterdns.transparency.web.rates import PageLimits
from tests.transparency.lists import StoppedClock
from tests.transparency.web.appeal_site import STATUS, SUGGEST, AppealSite, beside, words
from tests.transparency.web.lists_site import FORM

CASINO, APPEAL = "casino.example", "/appeal/casino.example"
ELSEWHERE = {"X_Forwarded_For": "192.0.2.7"}


@pytest.fixture
def state(published_for_appeals: Path, tmp_path: Path) -> Path:
    return beside(published_for_appeals, tmp_path)


@pytest.fixture
def site(state: Path) -> Iterator[AppealSite]:
    with AppealSite(state) as running:
        yield running


def test_another_site_cannot_send_for_somebody(site: AppealSite) -> None:
    fields = dict(site.form(APPEAL).fields)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}):
        assert site.send(APPEAL, fields, **headers).status == 403
    assert not site.book.count_open()


def test_a_proxy_that_speaks_tls_may_stand_before_us(site: AppealSite) -> None:
    fields = dict(site.form(APPEAL).fields)
    assert site.send(APPEAL, fields, Origin=f"https://{site.host}").status == 201


@pytest.mark.parametrize("token", ["", "x", "0.aa.bb", "1." * 500, "\ud7ff" * 9])
def test_a_form_without_our_seal_is_shown_again_and_loses_nothing(site: AppealSite, token: str) -> None:
    reply = site.send(APPEAL, {"token": token, "text": "it is a museum"})
    assert reply.status == 409
    assert "it is a museum" in reply.text
    fields = dict(next(form for form in reply.page.forms if form.action == APPEAL).fields)
    assert site.send(APPEAL, fields).status == 201


def test_a_seal_is_good_for_its_own_page_and_day(site: AppealSite) -> None:
    fields = dict(site.form(APPEAL).fields)
    assert site.send("/appeal/short.example", fields).status == 409
    site.clock.seconds += 86_401
    assert site.send(APPEAL, fields).status == 409


def test_bodies_and_fields_are_bounded(site: AppealSite) -> None:
    fields = dict(site.form(APPEAL).fields)
    assert site.send(APPEAL, fields | {"text": "x" * 20_000}).status == 413
    assert site.send(APPEAL, fields | {f"f{n}": "" for n in range(100)}).status == 400
    assert site.ask("POST", APPEAL, b"{}", {"Content-Type": "application/json"}).status == 415
    assert site.ask("PUT", APPEAL, b"", {"Content-Type": FORM}).status == 405


def few(**more: object) -> AppealLimits:
    return AppealLimits(appeals=PageLimits(0.01, 2, 1, 100), **more)  # type: ignore[arg-type]


def test_one_network_sends_so_many_and_then_waits_with_what_it_wrote(state: Path) -> None:
    with AppealSite(state, limits=few()) as site:
        assert [site.appeal(CASINO, ELSEWHERE).status for _ in range(2)] == [201, 201]
        third = site.appeal(CASINO, ELSEWHERE, text="patience")
        assert (third.status, third.headers["Retry-After"]) == (429, "60")
        assert "patience" in third.text
        assert site.appeal(CASINO, {"X_Forwarded_For": "192.0.2.8"}).status == 201


def test_in_a_crowd_a_form_has_to_be_open_for_a_while_and_then_counts(state: Path) -> None:
    clock = StoppedClock()
    with AppealSite(state, clock, AppealLimits(crowd_a_minute=3, wait_seconds=30)) as site:
        for _ in range(3):
            site.appeal(CASINO)
        early = site.appeal(CASINO, text="a clinic")
        assert early.status == 409
        assert "press the button again in 31 seconds" in words(early)
        fields = dict(next(form for form in early.page.forms if form.action == APPEAL).fields)
        clock.seconds += 31
        assert site.send(APPEAL, fields).status == 201
        clock.seconds += 61
        assert site.appeal(CASINO).status == 201  # the crowd has gone


def test_claims_beyond_a_days_measure_are_ordinary_appeals_and_told_so(state: Path) -> None:
    with AppealSite(state, limits=AppealLimits(claims_a_day=1)) as site:
        site.appeal(CASINO, claim="yes")
        second = site.appeal("short.example", claim="yes")
        assert "taken as an ordinary objection" in words(second)
        assert [case.claim for case in site.book.open_cases()] == [True, False]


def test_pages_stand_when_the_casebook_cannot_be_had(state: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with AppealSite(state) as site:
        site.appeal(CASINO)
        (state / "desk" / "cases.sqlite").chmod(0o600)
        site.book.close()
        for file in (state / "desk").iterdir():
            file.unlink()
        (state / "desk").rmdir()
        assert site.get(f"/why/{CASINO}").status == 200


def test_forms_say_where_they_come_from_and_no_page_keeps_a_cookie(site: AppealSite) -> None:
    for path in (APPEAL, STATUS, SUGGEST):
        headers = site.get(path).headers
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
