"""What people order on the pages, for the process that keeps the lists: written here, carried out there, once.

    STATE/orders/<id>.json       one that waits
    STATE/orders/<id>~1.json     one that has been begun; a second attempt is ~2
    STATE/orders/done.json       what came of the last ones

An order is noted as done before its file goes, and one that is noted is not carried out again.  Only one whose carrying
out was cut short, by a crash or a lost supply, is begun a second time; so everything that may be ordered is such that
twice comes to the same as once.  After the third attempt it is given up.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filterdns.errors import StateFault
from filterdns.lists.store_file import store_file

ACCEPT, KEEP_OLD, UNDO = "accept", "keep_old", "undo"  # of a held change, of an accepted one
SWITCH_ON, SWITCH_OFF, ADD, REMOVE = "switch_on", "switch_off", "add", "remove"  # of sources
UPDATE_NOW, ROLLBACK = "update_now", "rollback"
ORDERS = (ACCEPT, KEEP_OLD, UNDO, SWITCH_ON, SWITCH_OFF, ADD, REMOVE, UPDATE_NOW, ROLLBACK)
MOST_WAITING = 100  # orders at once; a page that asks for more is told to wait
MOST_ATTEMPTS = 3
MOST_DONE = 20  # remembered, for the page that waits for one
MOST_CHARACTERS = 2_000  # of one field; an address may be long

_MOST_OCTETS = 16_384
_MOST_DONE_OCTETS = 262_144
_FILE = re.compile(r"([0-9A-Za-z-]{1,80})(?:~([0-9]))?\.json\Z")


@dataclass(frozen=True, slots=True)
class Order:
    """One wish. Fields that it does not need are empty. `digest`: which content of a source was shown to the person."""

    order: str  # one of ORDERS
    source: str = ""  # identifier of a list
    digest: str = ""  # SHA-256 of the copy that is accepted, kept or undone
    url: str = ""  # of a source to add
    category: str = ""  # of a source to add
    title: str = ""  # of a source to add
    release: int = 0  # to go back to
    ordered_at: str = ""  # ISO 8601, UTC
    id: str = ""  # given by `place_order`


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an order."""

    id: str
    order: str
    source: str
    is_done: bool
    text: str  # for people: what was done, or why it was not
    at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order as it lies there. `attempt`: how often it was begun; `order` is None if it cannot be read."""

    id: str
    path: Path
    attempt: int
    order: Order | None


def orders_folder(state: Path) -> Path:
    """Where orders lie."""
    return state / "orders"


def place_order(state: Path, order: Order, when: datetime) -> str:
    """Leave an order for the keeper; its identifier, by which `load_done` tells what came of it.

    Raises StateFault if the disk refuses, if too many wait, or if the order is none.
    """
    if fault := fault_of(order):
        raise StateFault(f"orders: {fault}")
    folder = orders_folder(state)
    id_ = f"{when:%Y%m%dT%H%M%S%f}-{os.urandom(6).hex()}"
    row = replace(order, id=id_, ordered_at=when.isoformat(timespec="seconds"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if len(_files(folder)) >= MOST_WAITING:
            raise StateFault(f"orders: expected at most {MOST_WAITING} that wait, got one more; try again in a while")
        store_file(folder / f"{id_}.json", _write(asdict(row)))
    except OSError as error:
        raise StateFault(f"{folder}: expected room for an order, got {error.strerror or error}") from error
    return id_


def fault_of(order: Order) -> str:
    """What is wrong with an order, as `expected ..., got ...`; "" if nothing is."""
    if order.order not in ORDERS:
        return f"expected one of {', '.join(ORDERS)}, got another word"
    for field in fields(Order):
        value: object = getattr(order, field.name)
        if type(value) is not (int if field.name == "release" else str):
            return f"expected another kind of value for {field.name}"
        if isinstance(value, str) and (len(value) > MOST_CHARACTERS or not _is_line(value)):
            return f"expected at most {MOST_CHARACTERS} characters on one line for {field.name}, got something else"
    return ""


def _is_line(text: str) -> bool:
    """Without control characters, and without the halves of surrogate pairs that forms can send."""
    return not any(c < " " or "\ud800" <= c <= "\udfff" for c in text)


def load_ordered(state: Path) -> tuple[Order, ...]:
    """Orders that wait or are being carried out, the oldest first, for pages: nothing is changed. Never raises."""
    try:
        files = _files(orders_folder(state))[:MOST_WAITING]
    except OSError:
        return ()
    found = []
    for _, _, path in files:
        try:
            found.append(_load(path))
        except OSError:
            continue  # it was done meanwhile
    return tuple(order for order in found if order is not None)


# For the keeper


def load_waiting(state: Path) -> list[Waiting]:
    """Orders that wait, the oldest first; those that are noted as done already are removed. Raises StateFault."""
    folder = orders_folder(state)
    try:
        files = _files(folder)
        if not files:
            return []
        noted = {done.id for done in load_done(state)}
        found = []
        for id_, attempt, path in files[:MOST_WAITING]:
            if id_ in noted:
                path.unlink(missing_ok=True)
            else:
                found.append(Waiting(id_, path, attempt, _load(path)))
    except OSError as error:
        raise StateFault(f"{folder}: expected orders, got {error.strerror or error}") from error
    return found


def has_waiting(state: Path) -> bool:
    """Whether anything waits; cheap enough to be asked each second. Never raises."""
    try:
        return bool(_files(orders_folder(state)))
    except OSError:
        return False


def begin_order(waiting: Waiting) -> Waiting:
    """Count one attempt more, for good. Raises StateFault."""
    attempt = waiting.attempt + 1
    path = waiting.path.with_name(f"{waiting.id}~{attempt}.json")
    try:
        waiting.path.rename(path)
        _synchronise(path.parent)
    except OSError as error:
        raise StateFault(f"{path}: expected an order, got {error.strerror or error}") from error
    return replace(waiting, path=path, attempt=attempt)


def finish_order(state: Path, waiting: Waiting, done: Done) -> None:
    """Note what came of it, then remove it. Raises StateFault."""
    kept = (*(row for row in load_done(state) if row.id != done.id), done)[-MOST_DONE:]
    store_file(orders_folder(state) / "done.json", _write({"done": [asdict(row) for row in kept]}))
    try:
        waiting.path.unlink(missing_ok=True)
    except OSError as error:
        raise StateFault(f"{waiting.path}: expected an order, got {error.strerror or error}") from error


def load_done(state: Path) -> tuple[Done, ...]:
    """What came of the last orders, the newest last; () if nothing can be read."""
    try:
        with (orders_folder(state) / "done.json").open("rb") as file:
            rows: Iterable[dict[str, Any]] = json.loads(file.read(_MOST_DONE_OCTETS))["done"]
        return tuple(Done(**row) for row in rows)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def _files(folder: Path) -> list[tuple[str, int, Path]]:
    """(identifier, attempt, file) of all orders, the oldest first."""
    try:
        entries = list(folder.iterdir())
    except FileNotFoundError:
        return []
    matches = [(match, path) for path in entries if (match := _FILE.match(path.name)) and path.name != "done.json"]
    return sorted((match[1], int(match[2] or 0), path) for match, path in matches)


def _load(path: Path) -> Order | None:
    try:
        with path.open("rb") as file:
            order = Order(**json.loads(file.read(_MOST_OCTETS)))
        return None if fault_of(order) else order
    except (ValueError, TypeError):
        return None


def _write(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
