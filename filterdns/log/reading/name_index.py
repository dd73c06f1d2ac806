"""Which entries are about a name or a statement: derived from the log, so that a page need not read all of it.

    STATE/log/names/<00 to ff>    lines "key index", a name or a commitment, in the file of SHA-256(key)'s first octet
    STATE/log/names/complete      {"size": entries that are in it, "octets": [256 lengths]}

Only so many octets of a file count as `complete` says.  What a crash left behind them does not, so nothing needs to be
synchronised; a file that is shorter or no lines is noticed, and then all of it is made again from the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import names_folder
from filterdns.log.record.entries import ERASURE, NAMED, REMEDY, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.log.writing.durable import DISK, Disk, store_file, told
from filterdns.tlog.canonical import write_canonical

_FILES = 256
_COMPLETE = "complete"
_MOST_COMPLETE_OCTETS = 16 * 1024
_MODE = 0o640  # names of HASHED decisions stand in it
_ABOUT_NAMES = (b'"type":"decision"', b'"type":"remedy"', b'"type":"erasure"', b'"type":"outcome"')


def keys_of(state: Path, index: int, octets: bytes) -> tuple[str, ...]:
    """What an entry is about: the name of a decision or outcome, the commitment of its statement. Raises LogFault."""
    if not any(word in octets for word in _ABOUT_NAMES):  # canonical JSON: no text in an entry can hold these
        return ()
    entry = read_entry(octets, index)
    if entry.type not in (*NAMED, REMEDY, ERASURE):
        return ()
    commitment: str = entry.fields["statement"]
    if entry.type not in NAMED:
        return (commitment,)
    name = entry.fields.get("name") or _get_hashed_name(state, commitment)
    return (name, commitment) if name else (commitment,)


def find_indexed(state: Path, key: str) -> tuple[int, list[int]]:
    """Up to which size of the log the index is complete, and the entries about this key. Raises LogFault."""
    complete = _get_complete(state)
    if complete is None:
        return 0, []
    size, octets = complete
    number = _file_of(key)
    try:
        part = _read_part(state, number, octets[number])
        return size, [int(rest) for rest in _rests(part, key.encode("utf-8", "surrogatepass") + b" ")]
    except ValueError:
        return 0, []  # damaged: whoever writes next makes it again


def index_names(state: Path, begin: int, entries: Iterable[bytes], disk: Disk = DISK) -> None:
    """Add the entries from `begin`, which is where the index ends. Raises StateFault or LogFault."""
    complete = _get_complete(state)
    size, lengths = complete if complete and begin else (0, (0,) * _FILES)
    octets = list(lengths)
    if size != begin:
        raise LogFault(f"{names_folder(state)}: expected entries from {size} on, got them from {begin} on")
    added: dict[int, list[bytes]] = {}
    for index, entry in enumerate(entries, begin):
        size = index + 1
        for key in keys_of(state, index, entry):
            added.setdefault(_file_of(key), []).append(f"{key} {index}\n".encode())
    folder = names_folder(state)
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number, lines in added.items():
            with open(_path(state, number), "ab") as file:
                file.truncate(octets[number])
                octets[number] += file.write(b"".join(lines))
    store_file(folder / _COMPLETE, write_canonical({"size": size, "octets": octets}), disk, _MODE)


def indexed_size(state: Path, size: int) -> int:
    """How many entries of a log of this size the index has; 0 if it must be made again. Raises LogFault."""
    complete = _get_complete(state)
    if complete is None or complete[0] > size:
        return 0
    try:
        for number, octets in enumerate(complete[1]):
            _read_part(state, number, octets)
    except ValueError:
        return 0
    return complete[0]


def _get_hashed_name(state: Path, commitment: str) -> str:
    """The name in the statement of a HASHED decision; "" if it was erased, is damaged or tells none."""
    try:
        body = open_statement(state, commitment)
    except LogFault:
        return ""
    name = body.statement.get("name") if body else None
    return name if isinstance(name, str) and name.isascii() and name.isprintable() and " " not in name else ""


def _rests(part: bytes, beginning: bytes) -> Iterator[bytes]:
    """What follows this beginning in each line that has it. A walk over all lines would take ten times as long."""
    lines = b"\n" + part
    at = lines.find(b"\n" + beginning)
    while at >= 0:
        begin = at + 1 + len(beginning)
        end = lines.find(b"\n", begin)
        yield lines[begin:end]
        at = lines.find(b"\n" + beginning, end)


def _get_complete(state: Path) -> tuple[int, tuple[int, ...]] | None:
    """Size and lengths; None if there is no index, or one that cannot be read."""
    return _parse_complete(_read(f"{_folder(state)}/{_COMPLETE}", _MOST_COMPLETE_OCTETS))


@lru_cache(maxsize=1)  # by what stands in the file: a page asks many times between two checkpoints
def _parse_complete(octets: bytes) -> tuple[int, tuple[int, ...]] | None:
    try:
        values = json.loads(octets)  # it is ours and derived: a sixth of the time that canonical JSON takes to check
        size, lengths = values["size"], tuple(values["octets"])
        is_right = len(lengths) == _FILES and all(type(n) is int and n >= 0 for n in (size, *lengths))
    except (ValueError, TypeError, KeyError):
        return None
    return (size, lengths) if is_right else None


def _read_part(state: Path, number: int, length: int) -> bytes:
    """The part of a file that counts. Raises ValueError if it is not there whole."""
    if not length:
        return b""
    part = _read(_path(state, number), length)
    if len(part) != length or not part.endswith(b"\n") or b"\0" in part:
        raise ValueError(f"{number:02x}: expected {length} octets of lines")
    return part


def _read(path: str, most_octets: int) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(most_octets)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise LogFault(f"{path}: expected the index of names, got {error.strerror or error}") from error


def _path(state: Path, number: int) -> str:
    return f"{_folder(state)}/{number:02x}"


@lru_cache(maxsize=1)
def _folder(state: Path) -> str:
    return str(names_folder(state))


def _file_of(key: str) -> int:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[0]
