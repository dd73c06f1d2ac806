"""Everything that can happen to a case has words wherever it is shown: on pages, at the desk, at the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from filterdns.cli.desk_text import case_lines
from filterdns.transparency.appeals import case as c
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import KINDS_OF_EVENT, NOTED, Event
from filterdns.transparency.desk.dossier import happened
from filterdns.transparency.locale.texts import languages, translator
from filterdns.transparency.public.case_words import EVENTS, NOTES, CaseWords
from tests.transparency.appeals.cases import history, opened

AT = datetime(2030, 3, 4, tzinfo=UTC)
DATA: dict[str, dict[str, Any]] = {
    e.OPENED: {"kind": e.APPEAL, "claim": True},
    e.DRAWN: {"people": ["ada"], "size": 3},
    e.HANDED_OVER: {"to": "ada"},
    **{kind: {"outcome": e.UPHELD} for kind in (e.APPROVED, e.VOTED, e.DECIDED)},
    e.SUSPENDED: {"why": e.WHY_LATE},
    e.LATE: {"why": e.BY_VALVE},
    e.IN_FORCE: {"release": 3, "entry": 7},
    e.SEEN: {"release": 3},
}
WHATS = (e.NOTED_REFUSED, e.NOTED_PINNED)


def an_event(kind: str, **data: Any) -> Event:
    return Event(1, 1, AT, kind, e.KEEPER, "", {**DATA.get(kind, {}), **data})


def test_the_set_of_events_is_closed() -> None:
    constants = {value for name, value in vars(e).items() if name.isupper() and isinstance(value, str)}
    assert set(KINDS_OF_EVENT) <= constants
    assert set(KINDS_OF_EVENT) == {e.OPENED, *c._STEPS}
    assert len(set(KINDS_OF_EVENT)) == len(KINDS_OF_EVENT)
    described = {
        line.split()[0] for line in (e.__doc__ or "").splitlines() if line.startswith("    ") and line[4] != " "
    }
    assert described == set(KINDS_OF_EVENT)


@pytest.mark.parametrize("language", ["en", *languages()])
def test_pages_have_words_for_every_event_in_every_language(language: str) -> None:
    assert set(EVENTS) == set(KINDS_OF_EVENT)
    assert set(NOTES) == set(WHATS)
    words = CaseWords(translator(language))
    shown = [words.event(an_event(kind)) for kind in KINDS_OF_EVENT]
    shown += [words.event(an_event(NOTED, what=what, words="machine words")) for what in WHATS]
    assert not set(shown) & set(KINDS_OF_EVENT)
    assert len(set(shown)) == len(shown)
    assert all(text and "_" not in text and "machine words" not in text for text in shown)
    if language != "en":
        english = CaseWords(translator("en"))
        assert not set(shown) & {english.event(an_event(kind)) for kind in KINDS_OF_EVENT}


def test_the_desk_has_words_for_every_event() -> None:
    told = [each.words for each in happened(an_event(kind) for kind in KINDS_OF_EVENT)]
    assert len(set(told)) == len(KINDS_OF_EVENT)
    assert not [words for words in told if "_" in words]
    notes = [an_event(NOTED, what=what, words="a-list names it") for what in WHATS]
    assert [each.words for each in happened(notes)] == [
        "it could not be carried out: a-list names it",
        "a pin keeps a list off: a-list names it",
    ]


def test_the_command_line_tells_what_the_keeper_noted() -> None:
    events = history(opened(), (NOTED, e.KEEPER, "", {"what": e.NOTED_PINNED, "words": "a-list names it"}))
    lines = list(case_lines(c.fold(events), events, (), None, is_proven=False))
    assert lines[-1].endswith("by the machine: a pin keeps a list off: a-list names it")
