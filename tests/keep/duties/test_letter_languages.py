"""Letters are in the language of the receipt; what a machine translated says so and has the English below."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from filterdns.keep.duties.letters import Letters
from filterdns.keep.duties.wording import write_letter
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.locale.texts import languages, translator
from filterdns.transparency.public.letter_words import DECIDED, OUTCOMES, SUSPENDED, LetterWords, language_of
from tests.keep.duties.office import Office
from tests.keep.duties.test_mail import CLINIC, NURSE, URL, carry, posted, server
from tests.simulators.mail_server import MailServer
from tests.transparency.appeals.cases import ADULT
from tests.transparency.casebook.appealing import a_receipt

__all__ = ["posted", "server"]

MACHINE = "This translation was made by a machine and no native speaker has checked it yet. The English text counts."
FIRST_STRONG, POP = "\u2068", "\u2069"


def letters_in(posted: Office, server: MailServer, *tags: str) -> Iterator[tuple[str, str, str]]:
    """(language, subject, text) of a letter to somebody who asked for each of these."""
    case = None
    for number, tag in enumerate(tags):
        case = posted.appeal(CLINIC, receipt=a_receipt(email=f"n{number}@clinic.example", language=tag))
    assert case is not None
    posted.decide(case, e.REMOVED, reason={"en": "It is a clinic.", "th": "เป็นคลินิก"})
    posted.look()
    carry(posted)
    for received in server.received:
        message = received.message
        assert received.octets.isascii(), "not every server takes eight bits"
        yield str(message["Content-Language"]), str(message["Subject"]), message.get_content().replace("\r\n", "\n")


def test_a_letter_is_in_the_language_of_its_receipt(posted: Office, server: MailServer) -> None:
    tags = languages()
    found = list(letters_in(posted, server, *tags))
    assert [language for language, _, _ in found] == list(tags)
    assert len({subject for _, subject, _ in found}) == len(tags)
    for language, subject, text in found:
        texts = translator(language)
        assert subject == texts.gettext(DECIDED) != DECIDED
        first, _, english = text.partition("\n\n-- English --\n\n")
        assert first.endswith(texts.gettext(MACHINE))
        assert texts.gettext(OUTCOMES[e.REMOVED]) in first
        assert OUTCOMES[e.REMOVED] not in first
        assert OUTCOMES[e.REMOVED] in english
        assert CLINIC in first
        assert URL in first
        assert URL in english
        assert "You may ask three other people" in english
        assert "{" not in text
    thai = next(text for language, _, text in found if language == "th")
    assert "เป็นคลินิก" in thai.partition("-- English --")[0]
    assert "เป็นคลินิก" not in thai.partition("-- English --")[2]


def test_what_is_put_into_an_arabic_letter_keeps_its_direction(posted: Office, server: MailServer) -> None:
    ((_, _, text),) = letters_in(posted, server, "ar")
    assert f"{FIRST_STRONG}{URL}{POP}" in text
    assert f"{FIRST_STRONG}{CLINIC}{POP}" in text


def test_an_english_letter_is_english_alone(posted: Office, server: MailServer) -> None:
    ((language, subject, text),) = letters_in(posted, server, "en")
    assert (language, subject) == ("en", DECIDED)
    assert "machine" not in text
    assert text.count(URL) == 1


@pytest.mark.parametrize(
    ("tag", "language"),
    [("", "en"), ("fr", "en"), ("th-TH", "th"), ("TH", "th"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh-TW", "en"),
     ("zh-Hans-SG", "zh-Hans"), ("id-x", "id"), ("idx", "en"), ("en-GB", "en"), ("../th", "en")],
)  # fmt: skip
def test_a_tag_leads_to_the_catalogue_that_its_reader_reads(tag: str, language: str) -> None:
    assert language_of(tag) == language


def test_everything_that_a_case_can_come_to_has_words() -> None:
    assert set(OUTCOMES) == set(e.OUTCOMES)
    assert set(SUSPENDED) == {e.WHY_LATE, e.WHY_SIGNAL, e.WHY_PERSON}


def test_no_letter_of_a_quiet_case_names_the_site(posted: Office) -> None:
    """In no language."""
    terms = type(ADULT)("selfharm", ADULT.klass, ADULT.appeal, "hashed")
    case = posted.appeal(CLINIC, terms, receipt=a_receipt(email=NURSE))
    posted.decide(case, e.REMOVED)
    posted.look()
    (letter,) = Letters(posted.site.state, is_sent=True).waiting()
    for language in ("en", *languages()):
        asked = type(letter)(NURSE, language, letter.case, letter.event, 0, letter.laid_at)
        message = write_letter(asked, posted.book.events(case.id), "desk@lists.example", URL, Rules(), posted.when)
        text = message.get_content()
        assert not re.search(r"clinic\.example|selfharm", text), language
        assert LetterWords(language).about(posted.case(case)) in text
