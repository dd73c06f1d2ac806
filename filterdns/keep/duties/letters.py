"""Letters that wait: one for each address of a case and event, laid out before the deed `tell` is noted as done.

    STATE/desk/mail/<event>-<number>.json     {"to", "language", "case", "event", "laid_at", "tries", "next_at"}

Readable for this user alone, and gone with the letter: sent, given up, or older than an address may be kept.  What a
letter says is made when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from filterdns.keep.duties.remembered import load_values, mail_folder, store_values
from filterdns.log.writing.durable import remove_files
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.outbox import OutboxRow

FIRST_PAUSE = timedelta(minutes=1)  # after a letter that could not be sent, doubled each time
MOST_PAUSE = timedelta(hours=6)
MOST_TRIES = 16  # some three days: by then people have looked at the page

_FILE = re.compile(r"([0-9]{1,18})-([0-9]{1,9})\.json\Z")


@dataclass(frozen=True, slots=True)
class Letter:
    """One that waits. Moments are ISO 8601, UTC."""

    to: str
    language: str
    case: int
    event: int
    number: int
    laid_at: str
    tries: int = 0
    next_at: str = ""

    def is_due(self, when: datetime) -> bool:
        """Whether it may be tried now."""
        return not self.next_at or datetime.fromisoformat(self.next_at) <= when


class Letters:
    """Those of a state folder. `is_sent`: whether there is somebody who carries them; without, none is laid out."""

    def __init__(self, state: Path, *, is_sent: bool) -> None:
        self._folder = mail_folder(state)
        self._is_sent = is_sent

    def lay_out(self, book: Casebook, row: OutboxRow, when: datetime) -> None:
        """One for everybody who left an address with this case. Twice is the same as once. Raises StateFault."""
        if not self._is_sent:
            return
        case = int(row.deed["case"])
        for number, (email, language) in enumerate(book.mail_of(case)):
            self._store(Letter(email, language, case, row.event, number, when.isoformat(timespec="seconds")))

    def waiting(self) -> Iterator[Letter]:
        """All of them, the oldest event first; what cannot be read is removed."""
        for path in sorted(self._files(), key=_order):
            try:
                yield Letter(**load_values(path))
            except TypeError:
                remove_files([path])

    def put_off(self, letter: Letter, when: datetime) -> bool:
        """Try it again later; False if it has been tried often enough, and is gone. Raises StateFault."""
        tries = letter.tries + 1
        if tries >= MOST_TRIES:
            self.forget(letter)
            return False
        next_at = when + min(FIRST_PAUSE * 2 ** (tries - 1), MOST_PAUSE)
        self._store(replace(letter, tries=tries, next_at=next_at.isoformat(timespec="seconds")))
        return True

    def forget(self, letter: Letter) -> None:
        """It was sent, or never will be. Raises StateFault."""
        remove_files([self._file(letter)])

    def _store(self, letter: Letter) -> None:
        store_values(self._file(letter), asdict(letter))

    def _file(self, letter: Letter) -> Path:
        return self._folder / f"{letter.event}-{letter.number}.json"

    def _files(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if _FILE.match(path.name)] if self._folder.is_dir() else []


def _order(path: Path) -> tuple[int, int]:
    found = _FILE.match(path.name)
    assert found is not None
    return int(found[1]), int(found[2])
