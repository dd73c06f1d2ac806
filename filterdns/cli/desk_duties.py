"""What the keeper of a publisher does for its desk, as duties: each opens the casebook in a child of its own.

Imported in the keeper itself, so small: what is heavy is imported where the child runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filterdns.clock import Clock
from filterdns.config.settings import Role, Settings
from filterdns.keep.duty import Duty, DutyReport
from filterdns.keep.errand import UpdateReport

if TYPE_CHECKING:
    from filterdns.transparency.casebook.casebook import Casebook

_FOLDER, _CASES, _LETTERS = "desk", "cases.sqlite", "mail"
_WATCHED = (f"{_CASES}-wal", _CASES, "wake")  # see `keep.duties.remembered`, which is not for the keeper itself
STATUS = "/appeal/status"
PROOF_SECONDS = 120.0  # between two looks for proofs of control: whoever laid one out has time for a cup of tea


def duties_of(state: Path, settings: Settings) -> tuple[Duty, ...]:
    """Those of a publisher; a home has none."""
    if settings.role is not Role.PUBLISHER:
        return ()
    folder = state / _FOLDER

    def answer(clock: Clock, is_believed: bool) -> DutyReport:
        return answer_here(state, settings, clock, is_believed)

    def carry_letters(clock: Clock, is_believed: bool) -> DutyReport:
        return carry_letters_here(state, settings, clock, is_believed)

    def look_for_proofs(clock: Clock, is_believed: bool) -> DutyReport:
        return look_for_proofs_here(state, settings, clock)

    ready = None if settings.desk.database else folder / _CASES
    return (
        Duty("the desk", answer, tuple(folder / name for name in _WATCHED), ready),
        Duty("letters", carry_letters, (folder / _LETTERS,), ready),
        Duty("proofs of control", look_for_proofs, ready=ready),
    )


def has_desk(state: Path, settings: Settings) -> bool:
    """Whether there are cases here: only a publisher's, and only once its casebook was begun."""
    is_there = bool(settings.desk.database) or (state / _FOLDER / _CASES).exists()
    return settings.role is Role.PUBLISHER and is_there


def answer_here(state: Path, settings: Settings, clock: Clock, is_believed: bool) -> DutyReport:
    """What is due and what was decided, at once. Raises FilterdnsError."""
    from filterdns.cli.places import load_table
    from filterdns.keep.duties.desk import Desk
    from filterdns.lists.shipped import base_folder
    from filterdns.transparency.appeals.rules import Rules

    with _open_book(state, settings) as book:
        desk = Desk(state, base_folder(state), book, load_table(), settings.desk, Rules())
        return desk.go(clock.when(), is_believed=is_believed)


def carry_letters_here(state: Path, settings: Settings, clock: Clock, is_believed: bool) -> DutyReport:
    """What those are told who left an address. Raises FilterdnsError."""
    from filterdns.keep.duties.letters import Letters
    from filterdns.keep.duties.post import Post
    from filterdns.transparency.appeals.rules import Rules

    mail = settings.desk.mail
    with _open_book(state, settings) as book:
        post = Post(Letters(state, is_sent=mail is not None), book, mail, settings.public_url + STATUS, Rules())
        return post.carry(clock.when(), is_believed=is_believed)


def look_for_proofs_here(state: Path, settings: Settings, clock: Clock) -> DutyReport:
    """Proofs that a site is somebody's, where those said who offered them. Raises StateFault."""
    from filterdns.keep.duties.control import look_for_proofs
    from filterdns.keep.duties.site_file import ask_file
    from filterdns.keep.duties.txt import ask_txt

    servers = [server.address for server in settings.upstreams] or list(settings.dns[:1])
    with _open_book(state, settings) as book:
        look_for_proofs(book, clock.when(), lambda name: ask_txt(name, servers), ask_file)
    return DutyReport(PROOF_SECONDS)


def build_decided(
    state: Path, shipped: Path, settings: Settings, clock: Clock, build: Callable[[], UpdateReport]
) -> UpdateReport | None:
    """Make a release of what the desk has decided, before anything is fetched; None if nothing waits for one.

    Raises FilterdnsError; what waits then waits for the next errand.
    """
    from filterdns.cli.places import load_table
    from filterdns.keep.duties.lasting import Lasting

    with _open_book(state, settings) as book:
        lasting = Lasting(state, shipped, book, load_table(), settings.desk)
        if not lasting.write(clock.when()):
            return None
        report = build()
        lasting.conclude(clock.when())
    return report


def received_here(state: Path, settings: Settings, begin: datetime, end: datetime) -> Mapping[str, int]:
    """Appeals that came in between two moments, by category; none where there is no desk. Raises StateFault."""
    if not has_desk(state, settings):
        return {}
    from filterdns.keep.duties.received import appeals_between

    with _open_book(state, settings) as book:
        return appeals_between(book, begin, end)


@contextmanager
def _open_book(state: Path, settings: Settings) -> Iterator[Casebook]:
    from filterdns.transparency.casebook.casebook import find_casebook

    book = find_casebook(state, settings.desk)
    try:
        yield book
    finally:
        book.close()
