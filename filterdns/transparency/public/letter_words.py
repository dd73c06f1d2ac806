"""What a letter to somebody who left an address says, in their language where there is a catalogue for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from filterdns.transparency.locale.texts import ENGLISH, is_machine_made, languages, marked, translator
from filterdns.transparency.public.case_words import CaseWords

if TYPE_CHECKING:
    from filterdns.transparency.appeals.case import Case
    from filterdns.transparency.appeals.events import Event

DECIDED = marked("An answer to what you wrote to us")
OPEN_FOR_NOW = marked("What you wrote to us about is open for now")

OUTCOMES = {
    "upheld": marked("We looked at it, and the listing stays as it is."),
    "narrowed": marked("We were wrong in part: the listing covers less from now on."),
    "moved": marked("We were wrong: it is not listed in this category any more. Another category is being looked at."),
    "removed": marked("We were wrong: it is not listed in this category any more."),
    "listed": marked("It was listed, by two people of two organisations."),
    "held": marked("It is filtered for at most three days, by two people of two organisations."),
    "protected": marked("It is protected from now on: no list can filter it."),
    "declined": marked("It was not listed."),
    "closed_not_examined": marked("Nobody could look at it in time. It was closed, and the site stays open."),
    "closed_no_decision": marked("There was no decision in time. It was closed, and the site stays open."),
}
SUSPENDED = {
    "late": marked("We did not answer by the day that we promised. The listing does not count until somebody has."),
    "signal": marked(
        "You said that this is help, and there is reason to believe it. The listing does not count until somebody "
        "has looked."
    ),
    "person": marked("The listing does not count until it is decided."),
}

_MEANT = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans"}  # who asks for `zh-tw` reads other characters


def language_of(tag: str) -> str:
    """The language of a letter to somebody who asked for this one (BCP 47): one with a catalogue, else English."""
    tag = _MEANT.get(tag.lower(), tag.lower())
    for code in languages():
        if tag == code.lower() or tag.startswith(f"{code.lower()}-"):
            return code
    return ENGLISH


class LetterWords(CaseWords):
    """The texts in one language. `is_machine_made`: no native speaker has read them yet."""

    def __init__(self, language: str = ENGLISH) -> None:
        texts = translator(language)
        super().__init__(texts)
        self.is_machine_made = language != ENGLISH and is_machine_made(texts)

    def subject(self, event: Event) -> str:
        """Of a letter about an event: a decision, or a suspension."""
        words = DECIDED if event.kind == "decided" else OPEN_FOR_NOW
        return self._(words)

    def about(self, case: Case) -> str:
        """Which case it is; a name that is not for browsing is in no letter."""
        if case.publication == "open":
            words = self._("Case {number}: {name}, {category}.")
            return words.format(number=case.id, name=case.name, category=case.category)
        return self._("Case {number}: the site that you wrote about.").format(number=case.id)

    def said(self, case: Case, event: Event) -> str:
        """What has happened."""
        if event.kind == "decided":
            return self.of(OUTCOMES, case.outcome, self._("It was decided."))
        words = SUSPENDED.get(str(event.data.get("why")), SUSPENDED["person"])
        return self._(words)

    def may_ask_again(self, until: date) -> str:
        """The way to a second step."""
        words = self._("You may ask three other people to look at it, until {day}.")
        return words.format(day=self.day_text(until))

    def end(self, address: str) -> Iterator[str]:
        """What stands below every letter. `address`: of the status page."""
        yield self._("How it stands, with the code that you were given: {address}").format(address=address)
        yield self._("We delete your address 30 days after the case has ended. Nobody reads answers to this message.")

    def reasons(self, reason: object, language: str) -> Iterator[str]:
        """What people wrote: in the reader's language where they did, and in English."""
        texts = reason if isinstance(reason, Mapping) else {ENGLISH: str(reason)} if reason else {}
        found = [texts.get(language), texts.get(ENGLISH)]
        yield from dict.fromkeys(str(text) for text in found if text)

    @property
    def made_by(self) -> str:
        """The line that marks what a machine has translated."""
        return self._(
            "This translation was made by a machine and no native speaker has checked it yet. The English text counts."
        )
