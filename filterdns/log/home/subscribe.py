"""A home asks its publisher: politely, believing nothing, and keeping what it has whenever something is not right.

For each head that is due: has it changed? Is it signed, in the log, does the log continue the one seen before, is it
newer than what is here, and is the body the one that the entry names?  Only then it is accepted.  Asked for is what
every home asks for; nothing of the household is in it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from filterdns.errors import LogFault
from filterdns.lists.revocations import MOST_OCTETS as MOST_REVOCATIONS_OCTETS
from filterdns.lists.shipped import publisher_folder
from filterdns.lists.store_file import store_file
from filterdns.log.home.following import ForkFault, check_newest, follow, is_ahead, is_frozen, look_back
from filterdns.log.home.subscription import (
    Asked,
    Seen,
    Subscription,
    body_file,
    head_file,
    load_seen,
    load_status,
    load_subscription,
    store_seen,
    store_status,
    store_subscription,
    troubles,
)
from filterdns.log.keys.handovers import follow_keys
from filterdns.log.offering.decisions import MOST_OCTETS as MOST_DECISIONS_OCTETS
from filterdns.log.offering.decisions import digest_of
from filterdns.log.offering.delta import MOST_DELTA_OCTETS, apply_delta
from filterdns.log.offering.heads import Head, body_path, delta_path, head_path, read_head
from filterdns.log.reading.files import LogFiles, MissingFile, UnchangedFile, Validators, WebFiles, WebLimits
from filterdns.log.record.entries import DECISIONS, REVOCATIONS
from filterdns.log.trust import policy_of_subscription
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import write_vkey
from filterdns.tlog.policy import Policy
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, parse_proof_file

INTERVAL_SECONDS = {REVOCATIONS: 1_800.0, DECISIONS: 86_400.0}  # decisions also as soon as the log has newer ones
FIRST_PAUSE_SECONDS = 20.0  # after a failure, doubled with each further one up to the interval; both may just start
VISIT_SECONDS = 900.0  # for all that is asked for at once: others wait for this errand to end
MOST_EVIDENCE = 20  # pairs of checkpoints; anybody can make more of one pair by adding signatures that mean nothing
JITTER = 0.1  # of intervals and pauses, so that homes do not come together

_ORDER = (REVOCATIONS, DECISIONS)  # the other way round than a publisher writes them
_MOST_BODY_OCTETS = {DECISIONS: MOST_DECISIONS_OCTETS, REVOCATIONS: MOST_REVOCATIONS_OCTETS}


class ChangingFiles(LogFiles, Protocol):
    """Files of which one can be asked for under the condition that it has changed (`WebFiles`)."""

    def read_changed(self, path: str, most_octets: int, known: Validators) -> tuple[bytes, Validators]:
        """See WebFiles."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What asking came to. `lines` tell people what is new or wrong; `accepted` are the heads with another body."""

    lines: tuple[str, ...]
    next_at: datetime
    accepted: frozenset[str]


def poll(
    state: Path,
    subscription: Subscription,
    policy_text: str,
    when: datetime,
    chance: Callable[[], float],
    files: ChangingFiles | None = None,
    *,
    force: bool = False,
) -> Polled:
    """Ask for what is due, or for both heads with `force`. `policy_text`: a tlog-policy file, "" for the key alone.

    `chance`: from 0 to below 1. Whatever the publisher does raises nothing; StateFault if this disk refuses, or what is
    known of the publisher is damaged.
    """
    if files is None:
        with closing(WebFiles(subscription.url, limits=WebLimits(visit_seconds=VISIT_SECONDS))) as own:
            return poll(state, subscription, policy_text, when, chance, own, force=force)
    asking = _Asking(state, subscription, policy_text, when, chance, files)
    for type_ in _ORDER:
        if force or asking.is_due(type_):
            asking.ask(type_)
    return asking.finish()


class _Asking:
    """One errand to the publisher."""

    def __init__(
        self,
        state: Path,
        subscription: Subscription,
        policy_text: str,
        when: datetime,
        chance: Callable[[], float],
        files: ChangingFiles,
    ) -> None:
        self._state, self._subscription, self._files = state, subscription, files
        self._when, self._chance = when, chance
        self._policy_text = policy_text
        self._seen = _seen_under(state, subscription)
        self._before = self._status = load_status(state)
        self._accepted: set[str] = set()

    def is_due(self, type_: str) -> bool:
        """Whether it is time, or the log is known to have something newer."""
        asked = self._status.of(type_)
        if not asked.next_at or self._when >= datetime.fromisoformat(asked.next_at):
            return True
        if datetime.fromisoformat(asked.tried_at) > self._when:  # the clock was ahead
            return True
        return self._has_newer(type_) and not asked.failures

    def _has_newer(self, type_: str) -> bool:
        return self._seen.newest.get(type_, -1) > self._seen.accepted.get(type_, -1)

    def ask(self, type_: str) -> None:
        """Ask for one head and accept it if everything is right; what was known stays otherwise."""
        asked, fault = self._status.of(type_), ""
        validators = asked.validators
        try:
            octets, validators = self._files.read_changed(head_path(type_), MOST_PROOF_OCTETS, asked.validators)
            self._take(type_, octets)
        except UnchangedFile:
            if self._has_newer(type_):
                fault = f"the log has newer {type_} than the publisher's server gives"
        except MissingFile:
            fault = f"{self._files}/{head_path(type_)}: there is none: has the publisher begun its log there?"
        except LogFault as refused:
            fault = str(refused)
            if isinstance(refused, ForkFault):
                self._keep_evidence(octets)
        self._note(type_, fault, {} if fault else validators)

    def _take(self, type_: str, octets: bytes) -> None:
        head, seen = self._read(type_, octets)
        note = parse_proof_file(octets).checkpoint
        seen = follow(seen, head.checkpoint, note, self._files, self._when)
        seen = look_back(seen, head, note, self._files)
        check_newest(seen, head)
        if head.body_octets > _MOST_BODY_OCTETS[type_]:
            raise LogFault(f"{type_}: expected at most {_MOST_BODY_OCTETS[type_]} octets, got {head.body_octets}")
        body = self._body(type_, head)
        if body is not None:
            store_file(body_file(self._state, type_), body)
            self._accepted.add(type_)
        store_file(head_file(self._state, type_), octets)
        self._seen = replace(seen, accepted={**seen.accepted, type_: head.index})
        store_seen(self._state, self._seen)

    def _read(self, type_: str, octets: bytes) -> tuple[Head, Seen]:
        """The head, by a key that is known or that the log has changed to since; what is known then, of keys."""
        policy, seen = self._policy(), self._seen
        try:
            return read_head(octets, type_, policy), seen
        except LogFault as fault:
            try:
                changed = follow_keys(self._files, policy, _checkpoint(seen))
            except LogFault:
                raise fault from None
            if changed == policy:
                raise
        head = read_head(octets, type_, changed)
        keys = tuple(write_vkey(log.key) for log in changed.logs)
        past = dict.fromkeys([*seen.past_keys, *(key for key in seen.keys if key not in keys)])
        return head, replace(seen, keys=keys, past_keys=tuple(past))

    def _policy(self) -> Policy:
        return policy_of_subscription(self._policy_text, self._seen.keys)

    def _body(self, type_: str, head: Head) -> bytes | None:
        """The octets that the head stands for; None if they are here. Raises LogFault."""
        try:
            here = body_file(self._state, type_).read_bytes()
        except OSError:
            here = b""
        if digest_of(here) == head.sha256:
            return None
        where = f"{self._files}/{body_path(type_, head.sha256)}"
        for fetch in self._ways(type_, head, here):
            try:
                body = fetch()
            except MissingFile:
                continue
            if len(body) != head.body_octets or digest_of(body) != head.sha256:
                raise LogFault(f"{where}: expected the octets that the log names, got others")
            return body
        raise LogFault(f"{where}: there is no such file")

    def _ways(self, type_: str, head: Head, here: bytes) -> Iterator[Callable[[], bytes]]:
        """What to fetch, the smallest first."""
        path, most = body_path(type_, head.sha256), head.body_octets
        if type_ == DECISIONS:
            delta, packed = delta_path(head.sha256, digest_of(here)), f"{path}.gz"
            if here:
                yield lambda: _or_missing(lambda: apply_delta(here, self._files.read(delta, MOST_DELTA_OCTETS)))
            yield lambda: _or_missing(lambda: _unpack(self._files.read(packed, most + 1024), most))
        yield lambda: self._files.read(path, most)

    # What came of it

    def _note(self, type_: str, fault: str, validators: Validators) -> None:
        asked, at = self._status.of(type_), _text(self._when)
        interval = INTERVAL_SECONDS[type_]
        failures = asked.failures + 1 if fault else 0
        pause = min(interval, FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 16)) if fault else interval
        pause *= 1 + JITTER * (2 * self._chance() - 1)
        self._status = self._status.put(
            type_,
            Asked(
                next_at=_text(self._when + timedelta(seconds=pause)),
                tried_at=at,
                succeeded_at=asked.succeeded_at if fault else at,
                failures=failures,
                fault=fault,
                validators=validators,
            ),
        )

    def _keep_evidence(self, octets: bytes) -> None:
        """Both checkpoints, signed: whoever is shown them can check that the log says two things."""
        shown = parse_proof_file(octets).checkpoint
        folder = publisher_folder(self._state) / "evidence"
        if folder.is_dir() and len(list(folder.iterdir())) >= MOST_EVIDENCE:
            return  # there is enough of it
        values = {"seen": self._seen.note, "shown": shown.decode("utf-8", "replace"), "at": _text(self._when)}
        store_file(folder / f"{digest_of(shown)[:16]}.json", json.dumps(values, indent=1).encode())

    def finish(self) -> Polled:
        """Remember how it went."""
        frozen = self._seen.newest_at if is_frozen(self._seen, self._when) else ""
        ahead = self._seen.newest_at if is_ahead(self._seen, self._when) else ""
        self._status = replace(self._status, frozen_since=frozen, dated_ahead=ahead)
        store_status(self._state, self._status)
        times = [datetime.fromisoformat(asked.next_at) for asked in self._status.asked.values() if asked.next_at]
        lines = tuple(self._lines())
        return Polled(lines, min(times, default=self._when + timedelta(seconds=60)), frozenset(self._accepted))

    def _lines(self) -> Iterator[str]:
        origin = self._subscription.origin
        for type_ in sorted(self._accepted):
            yield f"{origin}: new {type_}, entry {self._seen.accepted[type_]} of its log"
        yield from troubles(self._status, self._seen, origin, self._before)


def _seen_under(state: Path, subscription: Subscription) -> Seen:
    """What was seen of this log; another key in the configuration counts from now on, another log begins anew."""
    seen, known = load_seen(state), load_subscription(state)
    if known != subscription:
        store_subscription(state, subscription)
    if seen.origin and seen.origin != subscription.origin:
        seen = Seen()
    if known is None or known.vkey != subscription.vkey or not seen.keys:
        seen = replace(seen, keys=(subscription.vkey,))
    return seen


def _checkpoint(seen: Seen) -> Checkpoint | None:
    return Checkpoint(seen.origin, seen.size, bytes.fromhex(seen.root)) if seen.size else None


def _or_missing(fetch: Callable[[], bytes]) -> bytes:
    """What another way may give as well: whatever is wrong with it is as if it were not there."""
    try:
        return fetch()
    except LogFault as fault:
        raise MissingFile(str(fault)) from fault


def _unpack(packed: bytes, most_octets: int) -> bytes:
    try:
        unpacking = zlib.decompressobj(31)  # gzip
        octets = unpacking.decompress(packed, most_octets + 1)
    except zlib.error as error:
        raise LogFault(f"expected gzip, got something else ({error})") from error
    return octets


def _text(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
