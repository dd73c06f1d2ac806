"""Appending to the log, so that no crash ever leads to two trees of one size.

    with open_writer(state, when) as log:
        log.append([write_entry(DAY, when, date="2026-11-25", appeals={})])

The order of an append: bundles and tiles -> `pending` (size and root) -> signature -> witnesses -> `checkpoint` ->
tiles that nobody needs any more go -> `signed` -> `pending` goes. Where keys change, `handovers` and a `policy` with
the old and the new keys come before the checkpoint, one with the new keys alone after it. Each is on the disk before
the next begins. Up to `pending` a crash has changed nothing that anybody reads; from there on, whoever opens the log
next goes on with the same tree, and Ed25519 gives the same signature.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError, LogFault
from filterdns.log.erasing.erasures import finish_erasures
from filterdns.log.keys.handovers import (
    MOST_HANDOVERS_OCTETS,
    Handover,
    fold_handovers,
    read_handovers,
    write_handovers,
)
from filterdns.log.keys.key_file import SecretKey, load_keys
from filterdns.log.keys.policy_file import load_policy, write_policy
from filterdns.log.keys.signing_keys import KeyState, changes_keys, keys_after
from filterdns.log.places import (
    HANDOVERS,
    checkpoint_file,
    handovers_file,
    key_file,
    lock_file,
    pending_file,
    policy_file,
    private_folder,
    public_folder,
    signed_file,
)
from filterdns.log.reading.name_index import index_names, indexed_size
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import BEGIN, END, Entry, read_entry
from filterdns.log.writing.durable import DISK, Disk, remove_files, store_file, store_files, told
from filterdns.log.writing.records import (
    NO_KEYS,
    Pending,
    Signed,
    load_pending,
    load_signed,
    write_pending,
    write_signed,
)
from filterdns.log.writing.start_check import check_edge, check_records, check_releases, open_tree
from filterdns.log.writing.tile_files import grown_files, worn_files
from filterdns.log.writing.witnesses import Witnesses
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import VerifierKey, sign_note

MOST_WAIT_SECONDS = 60.0  # for another writer: an append with slow witnesses takes 10
MOST_ENTRIES = 100_000  # of one append: some 40 MB in memory
MOST_AWAY = timedelta(days=1)  # an entry is dated by the day on which it is written; what is dated back is not ours

_LOOK_SECONDS = 0.05


class Ask(Protocol):
    """Whoever gets cosignatures: see `witnesses`."""

    def cosign(self, note: bytes, tree: TreeReader, old_size: int) -> bytes:
        """The note with cosignatures that make a quorum. Raises LogFault if there are too few."""
        ...


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append came to: its entries are from `first_index` up to `size`; `note` is the checkpoint."""

    first_index: int
    size: int
    note: bytes


@contextmanager
def open_writer(
    state: Path,
    when: datetime,
    ask: Ask | None = None,
    recovery: SecretKey | None = None,
    disk: Disk = DISK,
    clock: Clock | None = None,
) -> Iterator[LogWriter]:
    """The log of a state folder, for appending, by one process at a time.

    `when` is now. `ask`: who cosigns; None is the witnesses of the log's own policy file, if it has any. `recovery`
    signs too, and its word counts for a log whose key is lost (see `keys`).  Raises LogFault and writes nothing if the
    log is not what was signed last (see `start_check`); what a crash has left half done is done first.
    """
    with _locked(state, clock or Clock()):
        writer = LogWriter(state, when, ask, recovery, disk)
        writer.finish_pending()
        writer.index_names()
        finish_erasures(state, when, writer, disk)
        writer.index_names()  # again: the name of what was erased goes from it
        yield writer


class LogWriter:
    """An open log. After a fault in `append` it takes nothing more: open it again, and what was begun is finished."""

    def __init__(self, state: Path, when: datetime, ask: Ask | None, recovery: SecretKey | None, disk: Disk) -> None:
        self._state, self._when, self._ask, self._disk = state, when, ask, disk
        keys = load_keys(key_file(state))
        self._is_lost = recovery is not None
        self._secret = [*keys, recovery] if recovery else keys
        self._signed, self._pending = load_signed(signed_file(state)), load_pending(pending_file(state))
        self._tree = open_tree(state, self._believed(recovery), keys[0].signer.key.name)
        check_edge(self._tree)
        check_records(self._tree, self._signed, self._pending, is_lost=recovery is not None)
        check_releases(self._tree, state / "releases")
        self.keys: KeyState | None = self._fold_keys()
        self._is_sound = True

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    @property
    def has_ended(self) -> bool:
        """Whether its last entry is there, so that nothing can be appended."""
        return self.keys is not None and self.keys.has_ended

    @property
    def tree(self) -> TreeReader:
        """The log as it is now, for reading."""
        return self._tree

    def append(self, entries: Sequence[bytes]) -> Appended:
        """Add entries, sign the new checkpoint, have it cosigned and publish it.

        Raises LogFault before anything is written for an entry that may not stand there; LogFault if the quorum is
        missed and StateFault if the disk refuses: the entries may then be in the log once it is opened again.
        """
        if not self._is_sound:
            raise LogFault("expected a log whose last append succeeded, got one where it did not; open it again")
        changes = self._check(entries)
        first = self.size
        self._is_sound = False
        files, root = grown_files(self._tree, public_folder(self._state), entries)
        store_files(files, self._disk)
        vkeys = tuple(key.vkey for key in self._signers())
        pending = Pending(first + len(entries), root, first, vkeys, first if changes else NO_KEYS)
        store_file(pending_file(self._state), write_pending(pending), self._disk)
        self._publish(pending)
        self._is_sound = True
        self.index_names()
        return Appended(first, self.size, self._tree.note)

    def finish_pending(self) -> None:
        """Publish what was about to be, or forget it if it has been. Raises LogFault or StateFault."""
        pending = self._pending
        if pending is None:
            return
        if pending.size <= self.size:
            if pending.size == self.size and (self._signed is None or self._signed.size < self.size):
                self._settle(pending)
            remove_files([pending_file(self._state)], self._disk)
        else:
            grown = TreeReader(self._tree.files, self._checkpoint(pending), b"")
            check_edge(grown)
            self._publish(pending)

    def index_names(self) -> None:
        """Bring the derived index up to the log. If that fails the log is as good: readers look in it themselves."""
        try:
            begin = indexed_size(self._state, self.size)
            if begin < self.size:
                index_names(self._state, begin, self._tree.entries(begin, self.size), self._disk)
        except FilterdnsError:
            pass  # it is tried again by whoever opens the log next

    def _publish(self, pending: Pending) -> None:
        """All that follows `pending`; each step may be done twice."""
        signers = [key for key in self._secret if key.vkey in pending.vkeys]
        missing = set(pending.vkeys) - {key.vkey for key in signers}
        if missing and self._is_lost:
            signers = self._signers()  # the key that began to sign is gone: the same tree, signed by who is left
        elif missing:
            raise LogFault(
                f"{pending_file(self._state)}: expected the keys that begin to sign size {pending.size}, got none for "
                f"{', '.join(sorted(missing))}; if the log key was lost, `filterdns log keys lost` goes on"
            )
        checkpoint = self._checkpoint(pending)
        note = sign_note(checkpoint.text, [key.signer for key in signers])
        grown = TreeReader(self._tree.files, checkpoint, note)
        ask = self._ask or self._own_witnesses(signers)
        if ask is not None:
            note = ask.cosign(note, grown, pending.old_size)
            grown = TreeReader(self._tree.files, checkpoint, note)
        if pending.first_key != NO_KEYS:
            self._tell_of_keys(Handover(pending.first_key, note), grown)
        store_file(checkpoint_file(self._state), note, self._disk)
        self._tree = grown
        self._settle(pending)
        remove_files([pending_file(self._state)], self._disk)

    def _tell_of_keys(self, handover: Handover, grown: TreeReader) -> None:
        """Lead readers to the new keys before anything is signed by them alone; until then the policy has both."""
        handovers = [*(other for other in self._handovers() if other.first < handover.first), handover]
        after = fold_handovers(handovers, grown).log
        store_file(handovers_file(self._state), write_handovers(handovers), self._disk)
        held = self.keys.log if self.keys else ()
        store_file(policy_file(self._state), write_policy(self._state, dict.fromkeys((*held, *after))), self._disk)

    def _settle(self, pending: Pending) -> None:
        """What follows a published checkpoint: the keys, the worn tiles, the record."""
        if pending.first_key != NO_KEYS or self.keys is None:
            self.keys = keys = self._fold_keys()
            logs = keys.log if keys else ()
            store_file(policy_file(self._state), write_policy(self._state, logs), self._disk)
        before = self._signed.before if self._signed else 0
        worn = worn_files(public_folder(self._state), before, (pending.old_size, pending.size))
        with told(public_folder(self._state)):
            for path in worn:
                self._disk.remove(path)
        self._signed = Signed(pending.size, pending.root, pending.old_size)
        store_file(signed_file(self._state), write_signed(self._signed), self._disk)

    def _checkpoint(self, pending: Pending) -> Checkpoint:
        return Checkpoint(self._tree.checkpoint.origin, pending.size, pending.root)

    def _believed(self, recovery: SecretKey | None) -> list[VerifierKey]:
        """Whose signature of the checkpoint we believe: our own, and if that key is lost the one that it had."""
        policy = load_policy(self._state) if recovery else None
        return [*(key.signer.key for key in self._secret), *(log.key for log in (policy.logs if policy else ()))]

    def _signers(self) -> list[SecretKey]:
        """The secret keys that sign the next checkpoint: all but those that the log has seen removed."""
        removed = self.keys.removed if self.keys else ()
        return [key for key in self._secret if key.signer.key not in removed]

    def _own_witnesses(self, signers: Sequence[SecretKey]) -> Ask | None:
        policy = load_policy(self._state)
        if policy is None or not policy.witnesses:
            return None
        return Witnesses(policy, [key.signer.key for key in signers])

    def _handovers(self) -> list[Handover]:
        if not handovers_file(self._state).exists():
            return []
        return read_handovers(self._tree.files.read(HANDOVERS, MOST_HANDOVERS_OCTETS))

    def _fold_keys(self) -> KeyState | None:
        """The keys after all changes that the log has; None for an empty log."""
        return fold_handovers(self._handovers(), self._tree) if self.size else None

    def _check(self, entries: Sequence[bytes]) -> bool:
        """Whether these entries change keys. Raises LogFault if they may not follow what is there."""
        if not 0 < len(entries) <= MOST_ENTRIES:
            raise LogFault(f"append: expected 1 to {MOST_ENTRIES} entries, got {len(entries)}")
        read = [self._check_entry(octets, self.size + at) for at, octets in enumerate(entries)]
        changes = [entry for entry, octets in zip(read, entries, strict=True) if changes_keys(octets)]
        if self.keys is None and (not changes or changes[0] is not read[0] or read[0].type != BEGIN):
            raise LogFault("append: expected a log that was begun (`filterdns log keys make`), got none")
        if self.has_ended:
            raise LogFault(f"append: expected a log that goes on, got one that has ended; its last entry is {END}")
        if not changes:
            return False
        if len(changes) != len(read):
            raise LogFault("append: expected changes of keys by themselves, got other entries among them")
        origin = keys_after(read, self.keys).origin
        if origin != self._tree.checkpoint.origin:
            raise LogFault(f"append: expected the log of {self._tree.checkpoint.origin} to begin, got {origin}")
        return True

    def _check_entry(self, octets: bytes, index: int) -> Entry:
        entry = read_entry(octets, index)
        if abs(entry.at - self._when) > MOST_AWAY:
            raise LogFault(
                f"entry {index}: expected to be dated within a day of now ({self._when:%Y-%m-%d}), "
                f"got {entry.at:%Y-%m-%d}"
            )
        return entry


@contextmanager
def _locked(state: Path, clock: Clock) -> Iterator[None]:
    """Hold the lock; the kernel lets go if we die. Raises LogFault if another writer holds it for long."""
    with told(lock_file(state)):
        private_folder(state).mkdir(parents=True, exist_ok=True)
        file = lock_file(state).open("ab")
    with file:
        deadline = clock.now() + MOST_WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if clock.now() >= deadline:
                    raise LogFault(
                        f"{lock_file(state)}: expected to be the only one who writes, got another who has for "
                        f"{MOST_WAIT_SECONDS:g} seconds; try again, or look whether it hangs"
                    ) from None
                clock.nap(_LOOK_SECONDS)
        yield
