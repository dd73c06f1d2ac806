"""Claims that open a listing before anybody has looked: "this is help", and a trusted signal says so too (J6).

Only what no person has listed, and only once: what somebody has looked at since is not opened by a second claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from filterdns.categories import Class
from filterdns.keep.duties.listed import Listed
from filterdns.lists.helplines_file import load_helplines
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import SECOND, Case, CaseFault
from filterdns.transparency.appeals.priority import opens_at_once
from filterdns.transparency.appeals.rules import Rules, Terms
from filterdns.transparency.casebook.casebook import Casebook

_PAGE = 500  # cases that are read together


def heed_signals(book: Casebook, listed: Listed, known_help: frozenset[str], rules: Rules, when: datetime) -> int:
    """Suspend what such a claim opens; how many listings that were. Raises StateFault."""
    opened = 0
    for case in list(_claims(book)):
        if not _opens(case, listed, known_help, rules, when) or _was_looked_at(book, case):
            continue
        try:
            book.append(case.id, e.SUSPENDED, e.KEEPER, "", {"why": e.WHY_SIGNAL}, when, expected_last=case.last)
        except CaseFault:
            continue  # something happened to it just now; the next look is in a minute
        opened += 1
    return opened


def hosts_of_helplines(folders: list[Path]) -> frozenset[str]:
    """The names of services of help that the directory knows: of their chats, and where their numbers were found.

    Raises DataFault.
    """
    return frozenset(_hosts(folders))


def _hosts(folders: list[Path]) -> Iterator[str]:
    for line in load_helplines(folders):
        for url in (line.chat, line.source):
            try:
                host = urlsplit(url).hostname
            except ValueError:
                continue
            if host:
                yield host.removeprefix("www.")


def _claims(book: Casebook) -> Iterator[Case]:
    """Claims of protection that wait: they come first in the queue."""
    offset = 0
    while page := book.open_cases(offset=offset, limit=_PAGE, kinds=(e.APPEAL, e.REVIEW)):
        for case in page:
            if not case.claim:
                return
            yield case
        offset += len(page)


def _opens(case: Case, listed: Listed, known_help: frozenset[str], rules: Rules, when: datetime) -> bool:
    if case.suspended or case.suspended_at is not None or case.state == SECOND:
        return False
    terms = Terms(case.category, Class(case.klass), timedelta(), case.publication)
    if not opens_at_once(case.name, terms, imported=True, live_hit=False, known_help=known_help):
        return False  # as most are: the release is not asked for them
    hit = listed.live_hit(case.name, case.category)
    is_live = hit is not None and when - hit < rules.live_hit
    imported = listed.is_imported(case.name, case.category)
    return opens_at_once(case.name, terms, imported=imported, live_hit=is_live, known_help=known_help)


def _was_looked_at(book: Casebook, case: Case) -> bool:
    return any(other.outcome == e.UPHELD for other in book.find(case.name, case.category) if other.id != case.id)
