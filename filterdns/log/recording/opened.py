"""Names that a decision opened, until our own resolver has been seen to resolve them: then a `remedy` entry says so.

    STATE/log/opened     [[commitment of the decision, name, since], ...]

Private: a HASHED name is in no entry, and its remedy has the commitment alone.  A name is tried for a day; after that
nobody can say that it was seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from filterdns.lists.release import get_pointed
from filterdns.lists.store_file import one_writer
from filterdns.log.places import private_folder
from filterdns.log.record.entries import REMEDY, write_entry
from filterdns.log.recording.appending import NewDecision, open_append
from filterdns.log.recording.decided import ALLOWANCE, HOLD, LISTING, REVOCATION
from filterdns.log.recording.fold import REMOVED
from filterdns.log.writing.durable import store_file

TRIED_FOR = timedelta(days=1)
MOST_OPENED = 10_000  # that wait; a day on which more are opened is seen by samples
MOST_A_ROUND = 50  # names that are asked for in one round: our own resolver has others to serve

Opened = tuple[str, str, str]
"""Commitment, name in A-labels, and since when, ISO 8601."""

_MODE = 0o600
_MOST_OCTETS = 16 * 1024 * 1024


def note_opened(state: Path, decisions: Iterable[NewDecision], when: datetime) -> None:
    """Remember the names that these decisions open. Raises StateFault."""
    since = when.isoformat(timespec="seconds")
    new = [(each.commitment, str(each.decided.statement["name"]), since) for each in decisions if _opens(each)]
    if new:
        with one_writer(private_folder(state)):
            _store(state, [*get_opened(state), *new][-MOST_OPENED:])


def settle_opened(state: Path, when: datetime, resolve: Callable[[Collection[str]], Collection[str]]) -> int:
    """Ask for names that were opened, and record which are seen to resolve; how many still wait.

    `resolve` is given some names and gives those that are open.  Raises LogFault and StateFault.
    """
    opened = get_opened(state)
    waiting = [each for each in opened if when - datetime.fromisoformat(each[2]) < TRIED_FOR]
    names = list(dict.fromkeys(name for _, name, _ in waiting))[:MOST_A_ROUND]
    seen = frozenset(resolve(names)) if names else frozenset()
    if seen:
        _record(state, when, [commitment for commitment, name, _ in waiting if name in seen])
    done = {each for each in opened if each not in waiting or each[1] in seen}
    with one_writer(private_folder(state)):
        left = [each for each in get_opened(state) if each not in done]  # somebody may have opened others meanwhile
        left.sort(key=lambda each: each[1] in names)  # the next round begins with those not asked for in this one
        if left != opened:
            _store(state, left)
    return len(left)


def _record(state: Path, when: datetime, commitments: Iterable[str]) -> None:
    release = get_pointed(state) or 0
    with open_append(state, when) as append:
        for commitment in commitments:
            append.add(write_entry(REMEDY, append.at, statement=commitment, release=release))
        append.write()


def get_opened(state: Path) -> list[Opened]:
    """The names that wait, the first to be asked for first; none where that cannot be read."""
    try:
        with _file(state).open("rb") as file:
            rows = json.loads(file.read(_MOST_OCTETS))
        return [(str(commitment), str(name), str(since)) for commitment, name, since in rows]
    except (OSError, ValueError, TypeError):
        return []


def _opens(each: NewDecision) -> bool:
    kind, ends = each.decided.kind, each.action == REMOVED
    return "name" in each.decided.statement and (
        ends if kind in (LISTING, HOLD) else not ends and kind in (ALLOWANCE, REVOCATION)
    )


def _store(state: Path, opened: list[Opened]) -> None:
    store_file(_file(state), json.dumps(opened).encode(), mode=_MODE)


def _file(state: Path) -> Path:
    return private_folder(state) / "opened"
