"""How a reader that knows one key of a log gets to the keys in use: the checkpoints of each change of keys.

    handovers      canonical JSON: [{"first": index of the first entry of the change, "note": its checkpoint}, ...]

The first is that of the log's beginning; each is signed by a key that held before it, or by the recovery key. A reader
takes the last one that a key of its own has signed, believes the log up to there, and follows from change to change:
every checkpoint must be consistent with the log of today, and signed by whom the log then named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from filterdns.errors import LogFault
from filterdns.log.keys.signing_keys import KeyState, changes_keys, keys_after
from filterdns.log.places import CHECKPOINT, HANDOVERS
from filterdns.log.reading.files import LogFiles
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import read_entry
from filterdns.tlog.canonical import read_canonical, write_canonical
from filterdns.tlog.checkpoint import Checkpoint, parse_checkpoint
from filterdns.tlog.note import MOST_NOTE_OCTETS, VerifierKey, check_note, read_note
from filterdns.tlog.policy import LogKey, Policy
from filterdns.tlog.tree import check_consistency

MOST_HANDOVERS = 200  # a change of keys each quarter for fifty years
MOST_HANDOVERS_OCTETS = 4 * 1024 * 1024  # a note is under 1 KiB, or 20 with many witnesses


@dataclass(frozen=True, slots=True)
class Handover:
    """One change of keys: its entries are from `first` up to the size of its checkpoint."""

    first: int
    note: bytes

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says; nobody's signature is looked at. Raises LogFault."""
        return parse_checkpoint(read_note(self.note).text)


def write_handovers(handovers: Iterable[Handover]) -> bytes:
    """The octets of the file."""
    return write_canonical([{"first": h.first, "note": h.note.decode()} for h in handovers])


def read_handovers(octets: bytes) -> list[Handover]:
    """The changes, in the log's order. Raises LogFault."""
    rows = read_canonical(octets)
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_HANDOVERS:
        raise LogFault(f"expected 1 to {MOST_HANDOVERS} changes of keys, got something else")
    found, before = [], 0
    for row in rows:
        if not isinstance(row, dict) or row.keys() != {"first", "note"} or type(row["first"]) is not int:
            raise LogFault("expected changes of keys with `first` and `note`, got something else")
        if not isinstance(row["note"], str):
            raise LogFault("expected a checkpoint as text, got something else")
        handover = Handover(row["first"], row["note"].encode())
        if not before <= handover.first < handover.checkpoint.size:
            raise LogFault(f"expected the changes of keys in order, got one of {handover.first} after {before}")
        before = handover.checkpoint.size
        found.append(handover)
    return found


def fold_handovers(handovers: Iterable[Handover], tree: TreeReader) -> KeyState:
    """The keys after those of these changes that the tree has, from its entries. Raises LogFault."""
    state: KeyState | None = None
    for handover in _within(handovers, tree):
        state = _fold(handover, tree, state)
    if state is None:
        raise LogFault("expected the change of keys that begins the log, got none")
    return state


def follow_keys(files: LogFiles, policy: Policy, since: Checkpoint | None = None) -> Policy:
    """The same policy with the log keys that are in use now, starting from one that it knows.

    Where the newest checkpoint is signed by a key of the policy, it is the policy itself. Whether the quorum is met is
    for the reader with the new policy, and so is whether this log is the one that was seen last, unless `since` is that
    one's checkpoint.  Raises LogFault if no way leads from a key of the policy to the one that signed.
    """
    note = files.read(CHECKPOINT, MOST_NOTE_OCTETS)
    signed = read_note(note)
    trusted = [log.key for log in policy.logs]
    if _is_signed(note, trusted):
        return policy
    tree = TreeReader(files, parse_checkpoint(signed.text), note)
    if since is not None:
        _check_is_prefix(since, tree)
    handovers = _within(read_handovers(files.read(HANDOVERS, MOST_HANDOVERS_OCTETS)), tree)
    known = max((at for at, handover in enumerate(handovers) if _is_signed(handover.note, trusted)), default=None)
    if known is None:
        ours = ", ".join(f"{key.name} ({key.key_id.hex()})" for key in trusted)
        raise LogFault(
            f"{files}: expected a checkpoint that {ours} signed, or a way from it to the key that did, got neither; "
            "this is another log, or the key was copied wrongly"
        )
    state: KeyState | None = None
    for at, handover in enumerate(handovers):
        _check_is_prefix(handover.checkpoint, tree)
        if at > known and state is not None:
            check_note(read_note(handover.note), (*state.log, *state.recovery))
        state = _fold(handover, tree, state)
    names = {key.name for key in trusted}
    if state is None or state.origin != tree.checkpoint.origin or state.origin not in names:
        raise LogFault(f"{files}: expected the log of {', '.join(names)}, got one of {tree.checkpoint.origin}")
    check_note(signed, state.log)
    return replace(policy, logs=tuple(LogKey(key) for key in state.log))


def _within(handovers: Iterable[Handover], tree: TreeReader) -> list[Handover]:
    """Those that the tree has: one is published a moment before the checkpoint that reaches it."""
    return [handover for handover in handovers if handover.checkpoint.size <= tree.size]


def _fold(handover: Handover, tree: TreeReader, state: KeyState | None) -> KeyState:
    entries = list(tree.entries(handover.first, handover.checkpoint.size))
    if not all(map(changes_keys, entries)):
        raise LogFault(f"entries from {handover.first} on: expected changes of keys alone, got others among them")
    return keys_after([read_entry(octets, index) for index, octets in enumerate(entries, handover.first)], state)


def _check_is_prefix(checkpoint: Checkpoint, tree: TreeReader) -> None:
    """Raises LogFault unless a checkpoint is of a beginning of this log."""
    if checkpoint.origin != tree.checkpoint.origin or checkpoint.size > tree.size:
        raise LogFault(
            f"{tree.files}: expected the log {checkpoint.origin} of {checkpoint.size} entries or more, got "
            f"{tree.checkpoint.origin} of {tree.size}"
        )
    proof = tree.consistency(checkpoint.size)
    check_consistency(checkpoint.size, checkpoint.root, tree.size, tree.checkpoint.root, proof)


def _is_signed(note: bytes, keys: Iterable[VerifierKey]) -> bool:
    """Whether one of the keys signed. Raises LogFault for a signature of a known key that is bad."""
    read = read_note(note)
    known = [key for key in keys if any(signature.is_by(key) for signature in read.signatures)]
    return bool(known) and bool(check_note(read, known))
