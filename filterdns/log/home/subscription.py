"""What a home keeps of the publisher whose decisions it takes.

    STATE/publisher/subscription      whose, and for what it is trusted: as the configuration said last
    STATE/publisher/seen              the newest checkpoint that was believed, and what the log had until then (`Seen`)
    STATE/publisher/status            how asking went (`Status`)
    STATE/publisher/decisions.head, decisions.body, revocations.head, revocations.body     what was accepted last
    STATE/publisher/revocations       what of these the workers read (`lists.revocations`)
    STATE/publisher/lists/, current   the lists with these decisions (`lists.shipped`, `composed`)
    STATE/publisher/evidence/         pairs of checkpoints that cannot both be true

All but the last can be removed: then it is as if this home had just subscribed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from filterdns.errors import StateFault
from filterdns.lists.shipped import publisher_folder
from filterdns.lists.store_file import store_file
from filterdns.log.home.scope import Scope
from filterdns.log.record.entries import DECISIONS, REVOCATIONS

_MOST_OCTETS = 1024 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whose decisions are taken: where the log is, its keys, and what it is trusted for."""

    url: str
    vkey: str
    kinds: tuple[str, ...]
    categories: tuple[str, ...] = ()  # none: all that are no orders

    @property
    def scope(self) -> Scope:
        """What it is trusted for."""
        return Scope(frozenset(self.kinds), frozenset(self.categories))

    @property
    def origin(self) -> str:
        """What the log calls itself: the name of its key."""
        return self.vkey.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """The log as far as this home knows it."""

    origin: str = ""
    size: int = 0
    root: str = ""  # hexadecimal
    note: str = ""  # the signed checkpoint itself
    newest_at: str = ""  # when the newest entry was made, ISO 8601 UTC, by the publisher's clock
    grown_at: str = ""  # when it was seen to have new entries, by ours
    read_from: int = 0  # all entries from here on were read
    newest: Mapping[str, int] = field(default_factory=dict)  # type of a head -> index of its newest entry in the log
    accepted: Mapping[str, int] = field(default_factory=dict)  # the same for what was accepted
    keys: tuple[str, ...] = ()  # vkeys that may sign now: the configured one, until the log changes it
    past_keys: tuple[str, ...] = ()  # that signed what is here already, and sign nothing new
    ended: str = ""  # the log has ended: the vkey of the one that follows, or "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """How asking for one head went. Times are ISO 8601 UTC, "" for never."""

    next_at: str = ""
    tried_at: str = ""
    succeeded_at: str = ""
    failures: int = 0  # in a row
    fault: str = ""  # why the last one failed, in words
    validators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands with the publisher, for people and for the next errand."""

    asked: Mapping[str, Asked] = field(default_factory=dict)  # by type of head
    frozen_since: str = ""  # the log has no newer entry than this, though it should have
    dated_ahead: str = ""  # when its newest entry says that it was made, if that is after now
    left_out: Mapping[str, int] = field(default_factory=dict)  # why -> how many entries of the decisions
    left_out_examples: tuple[str, ...] = ()

    def of(self, type_: str) -> Asked:
        """How asking for this head went."""
        return self.asked.get(type_, Asked())

    def put(self, type_: str, asked: Asked) -> Status:
        """The same with another outcome."""
        return replace(self, asked={**self.asked, type_: asked})


def head_file(state: Path, type_: str) -> Path:
    """The head that was accepted last."""
    return publisher_folder(state) / f"{type_}.head"


def body_file(state: Path, type_: str) -> Path:
    """What it stands for."""
    return publisher_folder(state) / f"{type_}.body"


def load_subscription(state: Path) -> Subscription | None:
    """Whose decisions are taken here, None for nobody's. Raises StateFault for a damaged file."""
    values = _load(publisher_folder(state) / "subscription")
    if values is None:
        return None
    return _made(publisher_folder(state) / "subscription", lambda: Subscription(**_tuples(values)))


def store_subscription(state: Path, subscription: Subscription) -> None:
    """Remember it. Raises StateFault."""
    _store(publisher_folder(state) / "subscription", asdict(subscription))


def load_seen(state: Path) -> Seen:
    """What was seen of the log. Raises StateFault for a damaged file: it must not be forgotten by an accident."""
    path = publisher_folder(state) / "seen"
    values = _load(path)
    return Seen() if values is None else _made(path, lambda: _checked(Seen(**_tuples(values))))


def store_seen(state: Path, seen: Seen) -> None:
    """Remember it. Raises StateFault."""
    _store(publisher_folder(state) / "seen", asdict(seen))


def load_status(state: Path) -> Status:
    """How it stands; a damaged file is as none, since nothing is decided by it."""
    try:
        values = _load(publisher_folder(state) / "status") or {}
        asked = {type_: Asked(**values["asked"][type_]) for type_ in (DECISIONS, REVOCATIONS) if values["asked"][type_]}
        for each in asked.values():
            _check_times(each.next_at, each.tried_at, each.succeeded_at)
        return Status(**_tuples(values) | {"asked": asked})
    except (StateFault, TypeError, KeyError, ValueError):
        return Status()


def store_status(state: Path, status: Status) -> None:
    """Remember it. Raises StateFault."""
    asked = {type_: asdict(status.of(type_)) for type_ in (DECISIONS, REVOCATIONS)}
    _store(publisher_folder(state) / "status", asdict(status) | {"asked": asked})


def troubles(status: Status, seen: Seen, origin: str, before: Status | None = None) -> Iterator[str]:
    """What is wrong with the publisher, in words; with `before` only what was not so then."""
    for type_, asked in sorted(status.asked.items()):
        if asked.fault and (before is None or before.of(type_).fault != asked.fault):
            stays = "what was accepted last stays in use" if type_ in seen.accepted else "none were accepted yet"
            yield f"{origin}: {type_}: {asked.fault}; {stays}"
    if status.frozen_since and (before is None or before.frozen_since != status.frozen_since):
        since = status.frozen_since[:16].replace("T", " ")
        yield f"{origin}: its log has had no entry since {since} UTC: it stands still, or an old copy is shown to us"
    if status.dated_ahead and (before is None or before.dated_ahead != status.dated_ahead):
        at = status.dated_ahead[:16].replace("T", " ")
        yield f"{origin}: the newest entry of its log is dated {at} UTC, after now: its clock is wrong, or ours"
    if seen.ended:
        remedy = "take its successor's key into the configuration" if seen.ended != "none" else "it names no successor"
        yield f"{origin}: this log has ended: {remedy}; what was accepted last stays in use"


def told(state: Path) -> Iterator[str]:
    """How it stands with the publisher, in words; nothing where no decisions are taken. Never raises."""
    try:
        subscription, seen = load_subscription(state), load_seen(state)
    except StateFault as fault:
        yield str(fault)
        return
    if subscription is None:
        return
    status, origin = load_status(state), subscription.origin
    accepted = [f"{type_} of entry {seen.accepted[type_]}" for type_ in sorted(seen.accepted)]
    since = min((asked.succeeded_at for asked in status.asked.values()), default="")
    asked = f", asked with success {since[:16].replace('T', ' ')} UTC" if since else ""
    yield f"{origin}: {' and '.join(accepted) or 'nothing accepted yet'}{asked}"
    yield from troubles(status, seen, origin)
    yield from left_out(status, origin)


def left_out(status: Status, origin: str) -> Iterator[str]:
    """What of the decisions does not count here, and why."""
    for why, count in sorted(status.left_out.items()):
        yield f"{origin}: {count} of its entries {'does' if count == 1 else 'do'} not count here: {why}"


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _load(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(_MOST_OCTETS))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StateFault(f"{path}: expected a file that can be read, got {error.strerror or error}") from error
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(values, dict):
        raise _damaged(path)
    return values


def _made(path: Path, make: Callable[[], T]) -> T:
    try:
        return make()
    except (TypeError, ValueError, AttributeError) as error:
        raise _damaged(path) from error


def _checked(seen: Seen) -> Seen:
    """The same. Raises TypeError or ValueError for what we never write."""
    _check_times(seen.newest_at, seen.grown_at)
    bytes.fromhex(seen.root)
    numbers = (seen.size, seen.read_from, *seen.newest.values(), *seen.accepted.values())
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ValueError(numbers)
    if not all(isinstance(text, str) for text in (seen.origin, seen.note, seen.ended, *seen.keys, *seen.past_keys)):
        raise TypeError(seen)
    return seen


def _check_times(*texts: str) -> None:
    """Raises TypeError or ValueError unless each is a time with its zone, or "" for never."""
    for text in texts:
        if text and datetime.fromisoformat(text).tzinfo is None:
            raise ValueError(text)


def _damaged(path: Path) -> StateFault:
    remedy = f"remove {path.parent} to subscribe anew, and compare the key with what the publisher shows"
    return StateFault(f"{path}: expected what is known of the publisher, got damaged octets; {remedy}")


def _store(path: Path, values: Mapping[str, Any]) -> None:
    store_file(path, json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
