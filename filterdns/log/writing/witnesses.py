"""Asking the witnesses of a policy for cosignatures, all at once and not for long (C2SP tlog-witness).

A witness that holds an older checkpoint than the one before says which (status 409); it is asked again from there. What
it answers is believed once its cosignature has been checked. The quorum of the policy decides, not any single witness.
"""

from __future__ import annotations

import queue
import ssl
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from filterdns.clock import Clock
from filterdns.errors import LogFault
from filterdns.log.reading.reader import TreeReader
from filterdns.log.reading.timed_answers import answer_by, is_loopback
from filterdns.tlog.cosignature import check_cosignature
from filterdns.tlog.note import Signature, SignedNote, VerifierKey, read_note, write_note
from filterdns.tlog.policy import LogKey, Policy, Witness
from filterdns.tlog.witness import MOST_REPLY_OCTETS, Held, read_reply, write_add_checkpoint

_PATH = "/add-checkpoint"


@dataclass(frozen=True, slots=True)
class WitnessLimits:
    """How long witnesses may keep us."""

    answer_seconds: float = 5.0  # for one step of one request: a witness signs in milliseconds
    total_seconds: float = 10.0  # for all, until the quorum is met; a release waits for it
    rest_seconds: float = 1.0  # for the others, once the quorum is met


class Witnesses:
    """The witnesses of a policy. `keys`: who signs our checkpoints now, in place of the policy's `log` lines."""

    def __init__(
        self,
        policy: Policy,
        keys: Iterable[VerifierKey],
        limits: WitnessLimits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._policy = replace(policy, logs=tuple(LogKey(key) for key in keys))
        self._limits = limits or WitnessLimits()
        self._clock = clock or Clock()

    def cosign(self, note: bytes, tree: TreeReader, old_size: int) -> bytes:
        """The note with the cosignatures of all who answered in time. Raises LogFault if the quorum is missed.

        `tree` is the one of the note, `old_size` the size of the checkpoint before.
        """
        asked = [witness for witness in self._policy.witnesses if witness.url]
        answers: queue.Queue[tuple[Witness, Signature | LogFault]] = queue.Queue()
        # What the threads read of the tree they read one at a time: a reader is not for two of them at once.
        one = threading.Lock()
        deadline = self._clock.now() + self._limits.total_seconds
        for witness in asked:
            errand = _Errand(witness, note, tree, old_size, one, self._limits, self._clock, deadline)
            threading.Thread(target=errand.run, args=(answers,), daemon=True, name="witness").start()
        signatures, faults = self._collect(len(asked), answers, deadline)
        read = read_note(note)
        cosigned = write_note(SignedNote(read.text, (*read.signatures, *signatures.values())))
        if not self._policy.is_met_by(signatures):
            missing = [witness.name for witness in asked if witness.name not in signatures]
            told = [f"{name}: {faults.get(name, 'no answer in time')}" for name in missing]
            raise LogFault(
                f"witnesses: expected quorum {self._policy.quorum} for size {tree.size}, got {len(signatures)} of "
                f"{len(self._policy.witnesses)} ({'; '.join(told) or 'none has a URL'}); nothing was published, "
                "and whoever opens the log next goes on with this checkpoint"
            )
        self._policy.check(cosigned)
        return cosigned

    def _collect(
        self, expected: int, answers: queue.Queue[tuple[Witness, Signature | LogFault]], deadline: float
    ) -> tuple[dict[str, Signature], dict[str, LogFault]]:
        """Cosignatures and faults by the names of witnesses, as far as they came in time."""
        signatures: dict[str, Signature] = {}
        faults: dict[str, LogFault] = {}
        is_met = self._policy.is_met_by(signatures)
        while len(signatures) + len(faults) < expected:
            try:
                witness, answer = answers.get(timeout=max(0.0, deadline - self._clock.now()))
            except queue.Empty:
                break
            if isinstance(answer, LogFault):
                faults[witness.name] = answer
                continue
            signatures[witness.name] = answer
            if not is_met and self._policy.is_met_by(signatures):
                is_met = True
                deadline = min(deadline, self._clock.now() + self._limits.rest_seconds)
        return signatures, faults


@dataclass(frozen=True, slots=True)
class _Errand:
    """One witness, one checkpoint. By the deadline it ends, whatever the witness does: nobody waits for it any more."""

    witness: Witness
    note: bytes
    tree: TreeReader
    old_size: int
    one: threading.Lock
    limits: WitnessLimits
    clock: Clock
    deadline: float

    def run(self, answers: queue.Queue[tuple[Witness, Signature | LogFault]]) -> None:
        """Put what the witness says; never raises."""
        try:
            answers.put((self.witness, self._ask()))
        except LogFault as fault:
            answers.put((self.witness, fault))
        except (OSError, HTTPException, ValueError) as error:
            answers.put((self.witness, LogFault(str(error) or type(error).__name__)))

    def _ask(self) -> Signature:
        reply = self._post(self.old_size)
        if isinstance(reply, Held):
            if reply.size > self.tree.size:
                raise LogFault(f"it holds size {reply.size}, larger than ours: was this log put back to an older copy?")
            reply = self._post(reply.size)
        if isinstance(reply, Held):
            raise LogFault(f"it says to hold size {reply.size}, and does not go on from there")
        text = read_note(self.note).text
        for signature in reply:
            if signature.is_by(self.witness.key):
                check_cosignature(text, signature, self.witness.key)
                return signature
        raise LogFault(f"expected a cosignature of {self.witness.key.name}, got those of others")

    def _post(self, old_size: int) -> tuple[Signature, ...] | Held:
        with self.one:
            proof = self.tree.consistency(old_size)
        body = write_add_checkpoint(old_size, proof, self.note)
        parts = urlsplit(self.witness.url)
        connection = self._connect(parts.scheme, parts.hostname or "", parts.port)
        answer_by(connection, self.clock, self.deadline, self.limits.answer_seconds)
        try:
            headers = {"User-Agent": "filterdns", "Content-Type": "text/plain; charset=utf-8"}
            connection.request("POST", parts.path.rstrip("/") + _PATH, body, headers)
            with connection.getresponse() as response:
                content = response.read(MOST_REPLY_OCTETS + 1)
                return read_reply(response.status, response.getheader("Content-Type", ""), content)
        finally:
            connection.close()

    def _connect(self, scheme: str, host: str, port: int | None) -> HTTPConnection:
        seconds = self.limits.answer_seconds
        if scheme == "https" and host:
            return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
        if scheme == "http" and is_loopback(host):
            return HTTPConnection(host, port, timeout=seconds)
        raise LogFault("expected a URL of https (http on this machine only)")
