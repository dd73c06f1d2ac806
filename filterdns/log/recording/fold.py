"""What the log says stands now: for each thing that was decided its newest commitment, folded from all entries.

    STATE/log/fold     {"v": 1, "size": entries folded, "last": leaf hash of the last one, "release": number,
                        "day": date, "stands": {kind: {key: [commitment, digest, fields of the entry, is open]}}}

Derived and private: names of HASHED decisions are among its keys.  What is missing, damaged, behind or of another log
is folded again from the log and its statements.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filterdns.log.places import private_folder, statement_file
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import DAY, DECISION, RELEASE, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.log.recording.decided import COPY, Decided, Key
from filterdns.log.writing.durable import store_file
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.tree import leaf_hash

ADDED, CHANGED, REMOVED = "added", "changed", "removed"

_ABOUT = ("name", "scope", "category", "categories", "source")  # what the end of a decision says of it again
_VERSION = 1
_MODE = 0o600
_MOST_OCTETS = 256 * 1024 * 1024  # a million decisions
_WORDS = (
    b'"type":"decision"',
    b'"type":"release"',
    b'"type":"day"',
)  # canonical JSON: no other text of an entry can hold these


@dataclass(frozen=True, slots=True)
class Standing:
    """What the log has of one thing: the commitment of its newest decision, a digest of what that says, its entry's
    fields, and whether its statement is for anybody to read."""

    commitment: str
    digest: str
    fields: Mapping[str, str]
    is_open: bool


@dataclass(slots=True)
class Fold:
    """What stands after `size` entries. `release`: the highest number of a release that is in the log; `day`: the last
    day that has an entry of its own."""

    size: int = 0
    last: str = ""
    release: int = 0
    day: str = ""
    stands: dict[Key, Standing] = field(default_factory=dict)

    def take(self, state: Path, index: int, octets: bytes) -> None:
        """Fold one entry more. A decision whose statement was erased stands for nothing that could end or change."""
        self.size, self.last = index + 1, leaf_hash(octets).hex()
        if not any(word in octets for word in _WORDS):
            return
        entry = read_entry(octets, index)
        if entry.type == RELEASE:
            self.release = max(self.release, entry.fields["number"])
        elif entry.type == DAY:
            self.day = entry.fields["date"]
        elif entry.type == DECISION:
            self._take_decision(state, entry.fields)

    def _take_decision(self, state: Path, fields: Mapping[str, Any]) -> None:
        commitment = fields["statement"]
        body = open_statement(state, commitment)
        if body is None:
            return
        key = str(body.statement.get("kind", "")), str(body.statement.get("key", ""))
        if fields["action"] == REMOVED:
            self.stands.pop(key, None)
            return
        is_open = statement_file(state, commitment, is_open=True).exists()
        said = {word: text for word, text in fields.items() if word not in ("kind", "action", "statement")}
        self.stands[key] = Standing(commitment, digest_of(body.statement), said, is_open)


@dataclass(frozen=True, slots=True)
class Difference:
    """One decision that the log does not have. `before`: the commitment of the one that it follows, "" if none."""

    action: str
    decided: Decided
    before: str = ""


def load_fold(state: Path, reader: TreeReader) -> Fold:
    """The fold of this log as its checkpoint has it. Raises LogFault."""
    fold = _get_kept(state)
    if fold is None or fold.size > reader.size or not _is_of(fold, reader):
        fold = Fold()
    begin = fold.size
    for index, octets in enumerate(reader.entries(begin, reader.size), begin):
        fold.take(state, index, octets)
    return fold


def store_fold(state: Path, fold: Fold) -> None:
    """Keep it for the next time. Raises StateFault."""
    stands: dict[str, dict[str, list[Any]]] = {}
    for (kind, key), standing in fold.stands.items():
        stands.setdefault(kind, {})[key] = [
            standing.commitment,
            standing.digest,
            dict(standing.fields),
            standing.is_open,
        ]
    values: dict[str, Any] = {
        "v": _VERSION,
        "size": fold.size,
        "last": fold.last,
        "release": fold.release,
        "day": fold.day,
    }
    values["stands"] = stands
    store_file(fold_file(state), json.dumps(values).encode(), mode=_MODE)


def fold_file(state: Path) -> Path:
    """Where it is kept."""
    return private_folder(state) / "fold"


def differences(state: Path, fold: Fold, now: Mapping[Key, Decided], kinds: Collection[str]) -> Iterator[Difference]:
    """What of these kinds was decided, changed or ended since the log was written. `now` is all that stands of them.

    What was decided about a copy happened once, and does not end when it is forgotten.
    """
    for key, decided in now.items():
        stands = fold.stands.get(key)
        if stands is None:
            yield Difference(ADDED, decided)
        elif stands.digest != digest_of(decided.statement):
            yield Difference(CHANGED, decided, stands.commitment)
    ended = [key for key in fold.stands if key[0] in kinds and key[0] != COPY and key not in now]
    for kind, name in ended:
        yield Difference(
            REMOVED, _ended(state, kind, name, fold.stands[kind, name]), fold.stands[kind, name].commitment
        )


def _ended(state: Path, kind: str, key: str, stands: Standing) -> Decided:
    """The end of a decision: what it was about, and which one ends."""
    body = open_statement(state, stands.commitment)
    was = body.statement if body else {}
    about = {word: was[word] for word in _ABOUT if word in was}
    statement = {"v": 1, "kind": kind, "key": key, **about, "ends": stands.commitment}
    return Decided(kind, key, stands.fields, statement, stands.is_open)


def digest_of(statement: Mapping[str, Any]) -> str:
    """By which two statements are told apart."""
    return hashlib.sha256(write_canonical(statement)).hexdigest()


def _is_of(fold: Fold, reader: TreeReader) -> bool:
    return not fold.size or leaf_hash(reader.entry(fold.size - 1)).hex() == fold.last


def _get_kept(state: Path) -> Fold | None:
    """What is kept; None if there is nothing or it cannot be read."""
    try:
        with fold_file(state).open("rb") as file:
            values = json.loads(file.read(_MOST_OCTETS))
        if values["v"] != _VERSION:
            return None
        stands = {
            (kind, key): Standing(*standing)
            for kind, keys in values["stands"].items()
            for key, standing in keys.items()
        }
        return Fold(values["size"], values["last"], values["release"], values["day"], stands)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
