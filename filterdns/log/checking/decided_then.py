"""What the log says was decided up to one of its entries, held against what a release was made of.

Only what lies in the inputs of a release is compared: what people wrote.  Decisions about copies show in which copies a
release used, and what a household chose is in no log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from filterdns.errors import LogFault
from filterdns.lists.own_data import OwnData
from filterdns.lists.standing import Standings
from filterdns.log.places import statement_path
from filterdns.log.reading.files import LogFiles, MissingFile
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import DECISION, read_entry
from filterdns.log.record.statements import MOST_STATEMENT_OCTETS, Body, Open, check_opening, read_body
from filterdns.log.recording.decided import COPY, REVOCATION, SOURCE, Key, decided

MOST_TOLD = 20  # differences of one release, in words; whoever has so many has seen enough

_NOT_WRITTEN = (COPY, REVOCATION)
_SWITCH = " switch"  # ends the key of what an installation turned on or off


class DecidedThen:
    """What was decided, by the entries of a log in their order."""

    def __init__(self, reader: TreeReader, open_statement: Open) -> None:
        self._reader, self._open = reader, open_statement
        self._next = 0
        self._said: dict[Key, Any] = {}  # the statement of what stands
        self.closed = 0  # decisions whose statements could not be opened, so far

    def unlike(self, index: int, own: OwnData, is_whole: bool = True) -> list[str]:
        """In what the decisions before this entry are not what these data say. Raises LogFault for a wrong statement.

        Entries are taken in order: an index is never below the one before.  Where statements could not be opened, that
        many decisions may be in the data and not among the opened ones.  `is_whole`: whether all files were there.
        """
        for octets in self._reader.entries(self._next, index):
            self._take(octets)
        self._next = index
        written = {key: each.statement for key, each in decided(own, Standings()).items() if _is_written(key)}
        return list(self._differences(written, is_whole))[:MOST_TOLD]

    def _take(self, octets: bytes) -> None:
        entry = read_entry(octets) if b'"type":"decision"' in octets else None
        if entry is None or entry.type != DECISION or entry.fields["kind"] in _NOT_WRITTEN:
            return
        body = self._open(entry.fields["statement"])
        if body is None:
            self.closed += 1
            return
        key = entry.fields["kind"], str(body.statement.get("key"))
        if entry.fields["action"] == "removed":
            self._said.pop(key, None)
        elif _is_written(key):
            self._said[key] = body.statement

    def _differences(self, written: dict[Key, Any], is_whole: bool) -> Iterator[str]:
        lacking = sorted(written.keys() - self._said.keys())
        if len(lacking) > self.closed:
            yield from (f"decision {' '.join(key)}: the release has it, and the log does not" for key in lacking)
        for key, statement in self._said.items():
            if key not in written and is_whole:
                yield f"decision {' '.join(key)}: the log has it, and the release does not"
            elif written.get(key, statement) != statement:
                yield f"decision {' '.join(key)}: the release has another statement than the log"


def open_from(files: LogFiles) -> Open:
    """Statements that lie beside a log, as anybody can read them."""

    def opened(commitment: str) -> Body | None:
        path = statement_path(commitment)
        try:
            body = read_body(files.read(path, MOST_STATEMENT_OCTETS))
            check_opening(commitment, body)
        except MissingFile:
            return None
        except LogFault as fault:
            raise LogFault(f"{files}/{path}: {fault}") from fault
        return body

    return opened


def _is_written(key: Key) -> bool:
    return key[0] not in _NOT_WRITTEN and not (key[0] == SOURCE and key[1].endswith(_SWITCH))
