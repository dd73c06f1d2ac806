"""What the log says of a name: each decision, the release that carried it out, and when that was seen to work.

A decision is an entry; the first release behind it in the log is the one that has it; a `remedy` entry says that our
own test resolver then answered accordingly.  Without a log (a home) there are none, and `history` says what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from filterdns.transparency.reasons.texts import Texts


class LogEntry(Protocol):
    """What is needed of an entry of the log."""

    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands in the log: its entry and time, and the number of the release that it is about."""

    index: int
    at: datetime
    release: int


@dataclass(frozen=True, slots=True)
class Past:
    """One decision about a name. `statement`: its commitment, 64 hexadecimal digits."""

    index: int
    at: datetime
    kind: str  # of what was decided: listing, allowance, protected, hold, revocation ...
    action: str  # added, changed, removed
    category: str  # "" for what is about all
    basis: str
    name: str  # that it is about: the one asked for, or one above it
    statement: str
    is_open: bool  # the statement can be read; else it was erased, or is not ours
    reason: Texts  # what people wrote, by language; "" as language where they did not say which
    published: Mark | None  # the release that has it
    seen_working: Mark | None  # by our own test resolver


def past_of(
    entries: Iterable[tuple[int, LogEntry]],
    name_of: Callable[[LogEntry], str],
    open_statement: Callable[[str], Mapping[str, Any] | None],
    releases: Sequence[Mark],
) -> tuple[Past, ...]:
    """The decisions among these entries, oldest first. `releases`: all of the log, in its order."""
    found = sorted(entries, key=lambda pair: pair[0])
    remedies = {
        entry.fields["statement"]: Mark(index, entry.at, entry.fields["release"])
        for index, entry in found
        if entry.type == "remedy"
    }
    return tuple(
        _past(index, entry, name_of(entry), open_statement(entry.fields["statement"]), releases, remedies)
        for index, entry in found
        if entry.type == "decision"
    )


def _past(
    index: int,
    entry: LogEntry,
    name: str,
    body: Mapping[str, Any] | None,
    releases: Sequence[Mark],
    remedies: Mapping[str, Mark],
) -> Past:
    fields = entry.fields
    return Past(
        index=index,
        at=entry.at,
        kind=fields["kind"],
        action=fields["action"],
        category=fields["category"],
        basis=fields["basis"],
        name=name,
        statement=fields["statement"],
        is_open=body is not None,
        reason=_reason(body or {}),
        published=next((mark for mark in releases if mark.index > index), None),
        seen_working=remedies.get(fields["statement"]),
    )


def _reason(body: Mapping[str, Any]) -> Texts:
    reason = body.get("reason")
    if isinstance(reason, str):
        return {"": reason} if reason else {}
    if isinstance(reason, dict):
        return {str(language): text for language, text in reason.items() if isinstance(text, str) and text}
    return {}
