"""What a form of a case's page asks for, read and bounded: never more than its action needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from filterdns.errors import NameFault
from filterdns.names import name_text, parse_name
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, needs_two
from filterdns.transparency.casebook.plain import clean_text
from filterdns.transparency.desk.roles import OPENING
from filterdns.transparency.web.forms import Fields, first
from filterdns.unicode_names import to_ascii

MOST_REASON = 400  # characters: requirements 4.3
MOST_NOTE = 200
MOST_LETTER = 1_000  # to those who decide: as long as anybody's
MOST_NAMES = 20  # that one narrowing opens: more is a removal
GRADES = ("E1", "E2", "E3")  # of the category table; E4 is an authority's, and none of the desk's

TAKE, HAND_OVER, WITHDRAW, COMPLETE = "take", "hand_over", "withdraw", "complete"
REMOVE, NARROW, MOVE, UPHOLD, APPROVE, DECLINE = "remove", "narrow", "move", "uphold", "approve", "decline"
LOOK_AGAIN, HOLD, PROTECT = "look_again", "hold", "protect"

_CLOSING_OF = {e.PROPOSAL: e.LISTED, e.HOLD: e.HELD, e.PROTECT: e.PROTECTED}
_OUTCOMES = {REMOVE: e.REMOVED, NARROW: e.NARROWED, MOVE: e.MOVED, UPHOLD: e.UPHELD, DECLINE: e.DECLINED}
OPENS = {LOOK_AGAIN: e.REVIEW, HOLD: e.HOLD, PROTECT: e.PROTECT}
"""What opens another case about the same name: the kind of that case."""

WITHOUT_REASON = frozenset({TAKE, HAND_OVER, WITHDRAW, COMPLETE})
PRESSES = frozenset({*WITHOUT_REASON, *_OUTCOMES, APPROVE, *OPENS})

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z")

CAUSE_WORDS: Mapping[str, str] = {
    "import_error": "The list that named it is wrong",
    "shared_host": "It shares a host or a name with something else",
    "resold": "The name has a new owner",
    "cleaned": "It was broken into, and is clean again",
    "too_wide": "The listing covered too much",
    "wrong_category": "The category was wrong",
    "outdated": "It was right once, and is not any more",
    "other": "Something else, as the reason says",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for. `problems`: by field, in words; nothing may be done while there are any."""

    press: str
    outcome: str = ""  # "" for what decides nothing
    data: Mapping[str, Any] = field(default_factory=dict)
    last: int = 0  # the event that the page knew as the case's last
    confirmed: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def outcome_of(press: str, case: Case) -> str:
    """The outcome that a press speaks for in a case; "" if it decides nothing."""
    return _CLOSING_OF.get(case.kind, "") if press == APPROVE else _OUTCOMES.get(press, "")


def read_asked(press: str, case: Case, fields: Fields, today: date, categories: tuple[str, ...]) -> Asked:
    """What the form of a press asks for. `categories`: where a listing can be moved to."""
    outcome = outcome_of(press, case)
    typed = {name: clean_text(first(fields, name), 4_000) for name in fields if name != "token"}
    problems: dict[str, str] = {}
    data: dict[str, Any] = {}
    if press in OPENS:
        _words(typed, "note", MOST_LETTER, "what you saw, and when", problems)
    elif press not in WITHOUT_REASON:
        data["reason"] = _reason(typed, problems)
    if outcome in OPENING:
        data["cause"] = _cause(typed, problems)
    if outcome == e.NARROWED:
        data["opened_names"] = _names(typed, case, problems)
    if outcome == e.MOVED:
        data["to_category"] = _category(typed, case, categories, problems)
    if outcome and needs_two(case, outcome) and outcome != e.UPHELD:
        data["evidence"] = [_evidence(typed, today, problems)]
        if case.subdomains:
            data["scope_reason"] = _words(typed, "scope_reason", MOST_NOTE, "why everything below is meant", problems)
    if outcome:
        data["outcome"] = outcome
    last = typed.get("last", "")
    return Asked(
        press=press,
        outcome=outcome,
        data=data,
        last=int(last) if last.isascii() and last.isdigit() and len(last) < 16 else 0,
        confirmed=typed.get("confirmed") == "yes",
        problems=problems,
        typed=typed,
    )


def read_name(typed: str) -> str:
    """A name as somebody types it, in A-labels. Raises NameFault."""
    return name_text(parse_name(to_ascii(typed.strip().rstrip(".").lower())))


def _words(typed: Mapping[str, str], name: str, most: int, what: str, problems: dict[str, str]) -> str:
    text = typed.get(name, "")
    if not text:
        problems[name] = f"Say {what}."
    elif len(text) > most:
        problems[name] = f"Use at most {most} characters; these are {len(text)}."
    return text


def _reason(typed: Mapping[str, str], problems: dict[str, str]) -> dict[str, str]:
    """A reason in English, and in one more language if somebody wrote it."""
    reason = {"en": _words(typed, "reason", MOST_REASON, "why, in a sentence or two", problems)}
    if typed.get("reason_own"):
        language = typed.get("language", "")
        if not _LANGUAGE.match(language) or language == "en":
            problems["language"] = "Say which language it is, such as th or zh-Hans."
        reason[language] = _words(typed, "reason_own", MOST_REASON, "the same in this language", problems)
    return reason


def _cause(typed: Mapping[str, str], problems: dict[str, str]) -> str:
    cause = typed.get("cause", "")
    if cause not in e.CAUSES:
        problems["cause"] = "Choose what had gone wrong."
    return cause


def _names(typed: Mapping[str, str], case: Case, problems: dict[str, str]) -> list[dict[str, Any]]:
    """Names at or below the listed one: nothing else can be opened by narrowing it."""
    found: dict[str, bool] = {}
    with_below = typed.get("below") == "yes"
    for line in typed.get("names", "").replace(",", "\n").split():
        try:
            name = read_name(line)
        except NameFault:
            problems["names"] = f"“{line[:80]}” is no name."
            continue
        if name == case.name or not name.endswith(f".{case.name}"):
            problems["names"] = f"“{name[:80]}” is not below {case.name}. To open all of it, remove the listing."
        found[name] = with_below
    if not found and "names" not in problems:
        problems["names"] = f"Say which names below {case.name} are opened."
    if len(found) > MOST_NAMES:
        problems["names"] = f"Open at most {MOST_NAMES} names at a time; these are {len(found)}."
    return [{"name": name, "subdomains": below} for name, below in found.items()]


def _category(typed: Mapping[str, str], case: Case, categories: tuple[str, ...], problems: dict[str, str]) -> str:
    category = typed.get("to_category", "")
    if category not in categories or category == case.category:
        problems["to_category"] = "Choose another category."
    return category


def _evidence(typed: Mapping[str, str], today: date, problems: dict[str, str]) -> dict[str, str]:
    grade, on, language = (typed.get(name, "") for name in ("grade", "seen_on", "seen_language"))
    if grade not in GRADES:
        problems["grade"] = "Choose what kind of evidence there is."
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = None
    if day is None or not 0 <= (today - day).days <= 366:
        problems["seen_on"] = "Say on which day it was seen, within the last year."
    if language and not _LANGUAGE.match(language):
        problems["seen_language"] = "Say the language as th or zh-Hans, or leave it empty."
    evidence = {"grade": grade, "on": day.isoformat() if day else "", "lang": language}
    evidence["note"] = _words(typed, "note", MOST_NOTE, "what was seen, and how", problems)
    return {key: value for key, value in evidence.items() if value}
