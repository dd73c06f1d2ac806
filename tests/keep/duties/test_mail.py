"""Letters: who gets one, what is in it, what happens when it cannot be sent, and when an address is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.config.settings import DeskSettings, MailSettings
from filterdns.keep.duties.letters import MOST_TRIES, Letters
from filterdns.keep.duties.post import Post
from filterdns.keep.duties.wording import write_letter
from filterdns.keep.duty import DutyReport
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.rules import Rules
from tests.keep.duties.office import Office, listed
from tests.simulators.mail_server import MailServer
from tests.transparency.appeals.cases import ADULT
from tests.transparency.casebook.appealing import a_receipt

CLINIC, SENDER = "clinic.example", "desk@lists.example"
URL = "https://lists.example/appeal/status"
NURSE, OTHER = "nurse@clinic.example", "other@elsewhere.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def posted(office: Office, server: MailServer) -> Office:
    office.desk = DeskSettings(mail=MailSettings(server.address, SENDER))
    listed(office.site, CLINIC)
    return office


def carry(office: Office, *, believed: bool = True) -> DutyReport:
    mail = office.desk.mail
    letters = Letters(office.site.state, is_sent=mail is not None)
    return Post(letters, office.book, mail, URL, Rules()).carry(office.when, is_believed=believed)


def spool(office: Office) -> list[Path]:
    folder = office.site.state / "desk" / "mail"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_everybody_who_left_an_address_gets_one_message_that_names_nobody_else(
    posted: Office, server: MailServer
) -> None:
    case = posted.appeal(CLINIC, receipt=a_receipt(email=NURSE, text="it is a clinic"))
    posted.appeal(CLINIC, receipt=a_receipt(email=OTHER))
    posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    posted.appeal(CLINIC)
    posted.decide(case, e.REMOVED)
    posted.look()
    assert [oct(path.stat().st_mode & 0o777) for path in spool(posted)] == ["0o600", "0o600"]
    report = carry(posted)
    assert server.recipients == [NURSE, OTHER]
    first = server.received[0]
    assert (first.sender, first.message["To"], first.message["Subject"]) == (
        SENDER,
        NURSE,
        "An answer to what you wrote to us",
    )
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert "a clinic" in first.text
    assert URL in first.text
    assert "it is a clinic" not in first.text
    assert OTHER.encode() not in first.octets
    assert spool(posted) == []
    assert report.lines == ("desk: 2 letters sent",)
    carry(posted)
    assert len(server.received) == 2


def test_who_waited_too_long_is_told_that_we_were_late(posted: Office, server: MailServer) -> None:
    posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    posted.sleep(days=7)
    posted.look()
    carry(posted)
    (received,) = server.received
    assert received.message["Subject"] == "What you wrote to us about is open for now"
    assert "We did not answer by the day that we promised" in received.text


def test_a_name_that_is_veiled_is_in_no_letter(posted: Office, server: MailServer) -> None:
    terms = type(ADULT)("adult", ADULT.klass, ADULT.appeal, "hashed")
    case = posted.appeal(CLINIC, terms, receipt=a_receipt(email=OTHER))
    posted.decide(case, e.UPHELD)
    posted.look()
    carry(posted)
    assert CLINIC.encode() not in server.received[0].octets


def test_a_reason_cannot_write_headers(posted: Office, server: MailServer) -> None:
    case = posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    posted.decide(case, e.REMOVED, reason={"en": "x\nBcc: evil@example.org\n\n.\nRSET"})
    posted.look()
    carry(posted)
    (received,) = server.received
    assert received.recipients == (NURSE,)
    assert received.message["Bcc"] is None
    assert "RSET" in received.text


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "no address", ""])
def test_an_address_that_is_none_makes_no_message(posted: Office, address: str) -> None:
    case = posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    posted.decide(case, e.REMOVED)
    posted.look()
    letters = Letters(posted.site.state, is_sent=True)
    (letter,) = letters.waiting()
    odd = type(letter)(address, "en", letter.case, letter.event, 0, letter.laid_at)
    with pytest.raises((ValueError, IndexError)):
        write_letter(odd, posted.book.events(case.id), SENDER, URL, Rules(), posted.when)


def test_a_server_that_is_not_there_is_tried_again_and_no_line_has_an_address(office: Office) -> None:
    with MailServer() as gone:
        address = gone.address
    office.desk = DeskSettings(mail=MailSettings(address, SENDER))
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC, receipt=a_receipt(email=NURSE)), e.REMOVED)
    office.look()
    report = carry(office)
    assert report.lines == ("desk: 0 letters sent, 1 wait and are tried again",)
    assert report.next_seconds == 60
    assert not carry(office).worked  # its time has not come
    for _ in range(MOST_TRIES):
        office.sleep(hours=6)
        report = carry(office)
        assert NURSE not in " ".join(report.lines)
        if not spool(office):
            break
    assert report.lines == ("desk: 0 letters sent, 1 could not be sent and are given up",)


def test_one_that_is_refused_for_good_stops_no_other(posted: Office, server: MailServer) -> None:
    server.refuse = {NURSE: "550 no such person", OTHER: "450 later"}
    case = posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    for email in (OTHER, "third@clinic.example"):
        posted.appeal(CLINIC, receipt=a_receipt(email=email))
    posted.decide(case, e.REMOVED)
    posted.look()
    assert carry(posted).lines == (
        "desk: 1 letters sent, 1 wait and are tried again, 1 could not be sent and are given up",
    )
    server.refuse = {}
    posted.sleep(minutes=2)
    carry(posted)
    assert server.recipients == ["third@clinic.example", OTHER]


def test_a_connection_that_breaks_leaves_the_rest_for_the_next_time(posted: Office, server: MailServer) -> None:
    server.drop_after = 1
    case = posted.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    posted.appeal(CLINIC, receipt=a_receipt(email=OTHER))
    posted.decide(case, e.REMOVED)
    posted.look()
    carry(posted)
    assert len(spool(posted)) == 1
    server.drop_after = None
    posted.sleep(minutes=2)
    carry(posted)
    assert server.recipients == [NURSE, OTHER]


def test_addresses_are_deleted_30_days_after_the_end_also_in_letters(office: Office) -> None:
    with MailServer() as gone:
        address = gone.address
    office.desk = DeskSettings(mail=MailSettings(address, SENDER))
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC, receipt=a_receipt(email=NURSE))
    office.decide(case, e.REMOVED)
    office.look()
    office.sleep(days=30, seconds=-1)
    assert not carry(office).worked or office.book.mail_of(case.id)
    office.sleep(days=1)
    carry(office, believed=False)
    assert office.book.mail_of(case.id)
    carry(office)
    assert (office.book.mail_of(case.id), spool(office)) == ([], [])


def test_without_a_mail_server_no_address_is_copied_anywhere(office: Office) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC, receipt=a_receipt(email=NURSE)), e.REMOVED)
    office.look()
    assert spool(office) == []
    assert carry(office).next_seconds == timedelta(hours=1).total_seconds()
