"""The life of the log's keys: made, replaced, lost, and the end of a log.

    make     a log key and a recovery key; `begin` names both
    rotate   a second log key (`key` added); both sign until `finish_rotation` (`key` removed)
    recover  the log key is gone: the recovery key signs, with a new one, the entries that say so
    end      the last entry, with the log that follows or none

Each can be stopped anywhere and asked for again: secrets are on the disk before the log tells of them.  What these
entries mean is in `signing_keys`, how readers follow them in `handovers`.  Homes are told at once, by new heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.keys.handovers import MOST_HANDOVERS_OCTETS, fold_handovers, read_handovers
from filterdns.log.keys.key_file import SecretKey, load_keys, make_key, store_keys
from filterdns.log.keys.signing_keys import KeyState
from filterdns.log.offering.publish import refresh_heads
from filterdns.log.places import HANDOVERS, has_log, key_file, pending_file
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import BEGIN, END, KEY, write_entry
from filterdns.log.writing.writer import LogWriter, open_writer
from filterdns.tlog.note import parse_vkey, write_vkey

_NOTE = "The secret keys of this log. Nobody else may read them; keep a copy off this machine."
_RECOVERY_NOTE = "The recovery key of a log: keep it elsewhere, never on the machine that signs."


@dataclass(frozen=True, slots=True)
class Keys:
    """Who may sign, as the log says, and the vkeys of the secret keys that are here."""

    state: KeyState
    held: tuple[str, ...]


def make_log(state: Path, origin: str, recovery_file: Path, when: datetime) -> Keys:
    """Begin a log. The recovery key is written to `recovery_file`; one that is there already, of this origin, is used.

    Raises LogFault if there is a log here, or the recovery file lies with the key; StateFault if the disk refuses.
    """
    if has_log(state) and not pending_file(state).exists():
        raise LogFault(f"{state}: expected no log, got one; its keys: `filterdns log keys show`")
    if recovery_file.resolve().is_relative_to(state.resolve()):
        raise LogFault(
            f"{recovery_file}: expected a place away from the state folder, got one in it: whatever loses or steals "
            "the log key would have the recovery key as well"
        )
    if not recovery_file.exists():
        store_keys(recovery_file, [make_key(origin)], _RECOVERY_NOTE)
    recovery = _load_recovery(recovery_file)
    if not key_file(state).exists():
        store_keys(key_file(state), [make_key(origin)], _NOTE)
    key = load_keys(key_file(state))[0]
    if {key.signer.key.name, recovery.signer.key.name} != {origin}:
        raise LogFault(
            f"{state}: expected keys of {origin}, got those of {key.signer.key.name}; remove what is not yours"
        )
    with open_writer(state, when) as log:
        if not log.size:
            log.append([write_entry(BEGIN, when, origin=origin, key=key.vkey, recovery=recovery.vkey)])
        return _keys(log, [key])


def show_keys(state: Path) -> Keys:
    """The keys of the log here. Raises LogFault if there is no log."""
    reader = open_local(state)
    fold = fold_handovers(read_handovers(reader.files.read(HANDOVERS, MOST_HANDOVERS_OCTETS)), reader)
    held = load_keys(key_file(state)) if key_file(state).exists() else []
    return Keys(fold, tuple(key.vkey for key in held))


def rotate(state: Path, when: datetime) -> Keys:
    """Add a log key; from now on both sign. Raises LogFault if two do already."""
    held = load_keys(key_file(state))
    with open_writer(state, when) as log:
        fold = _fold(log)
        if fold.has_ended:
            raise LogFault("expected a log that goes on, got one that has ended; its keys stay as they are")
        if len(fold.log) > 1:
            raise LogFault("expected one log key, got two: a rotation is under way; end it with `keys rotate --finish`")
        known = (*fold.log, *fold.removed)
        if all(key.signer.key in known for key in held):
            held = [*(key for key in held if key.signer.key in fold.log), make_key(fold.origin)]
            store_keys(key_file(state), held, _NOTE)
    with open_writer(state, when) as log:  # now with the new key
        log.append([write_entry(KEY, when, vkey=held[-1].vkey, role="log", action="added")])
        keys = _keys(log, held)
    refresh_heads(state)
    return keys


def finish_rotation(state: Path, when: datetime) -> Keys:
    """Remove all log keys but the newest, which signs alone from the next checkpoint on. Raises LogFault."""
    held = load_keys(key_file(state))
    with open_writer(state, when) as log:
        fold = _fold(log)
        *old, newest = fold.log
        left = [key for key in held if key.signer.key == newest]
        if not left:
            raise LogFault(f"{key_file(state)}: expected the newest key, {write_vkey(newest)}, got others; restore it")
        if not old and not any(key.signer.key in fold.removed for key in held):
            raise LogFault("expected a rotation under way, got none; begin one with `filterdns log keys rotate`")
        if old:
            log.append([_removed(write_vkey(key), when) for key in old])
        store_keys(key_file(state), left, _NOTE)
        keys = _keys(log, left)
    refresh_heads(state)
    return keys


def recover(state: Path, recovery_file: Path, when: datetime) -> Keys:
    """The log key is lost: put a new one in its place by the word of the recovery key.

    Raises LogFault if the key is there, or the recovery key is not the one that the log names.
    """
    recovery = _load_recovery(recovery_file)
    before = show_keys(state)
    if recovery.signer.key not in before.state.recovery:
        known = ", ".join(write_vkey(key) for key in before.state.recovery) or "none"
        raise LogFault(f"{recovery_file}: expected the recovery key of this log ({known}), got {recovery.vkey}")
    is_known = any(parse_vkey(vkey) in before.state.log for vkey in before.held)
    if is_known and not pending_file(state).exists():
        raise LogFault(f"{key_file(state)}: expected a key that is lost, got it; to replace it: `log keys rotate`")
    if not before.held:
        store_keys(key_file(state), [make_key(before.state.origin)], _NOTE)
    new = load_keys(key_file(state))[-1]
    with open_writer(state, when, recovery=recovery) as log:
        fold = _fold(log)
        if new.signer.key not in fold.log:
            added = write_entry(KEY, when, vkey=new.vkey, role="log", action="added")
            log.append([added, *(_removed(write_vkey(key), when) for key in fold.log)])
        keys = _keys(log, [new])
    refresh_heads(state)
    return keys


def end_log(state: Path, successor: str, when: datetime) -> Keys:
    """Append the last entry; `successor` is the vkey of the log that follows, or "". Nothing can be undone of it."""
    held = load_keys(key_file(state))
    if successor:
        parse_vkey(successor)
    with open_writer(state, when) as log:
        log.append([write_entry(END, when, successor=successor)])
        keys = _keys(log, held)
    refresh_heads(state)
    return keys


def _removed(vkey: str, when: datetime) -> bytes:
    return write_entry(KEY, when, vkey=vkey, role="log", action="removed")


def _load_recovery(path: Path) -> SecretKey:
    keys = load_keys(path)
    if len(keys) != 1:
        raise LogFault(f"{path}: expected one recovery key, got {len(keys)}")
    return keys[0]


def _fold(log: LogWriter) -> KeyState:
    if log.keys is None:
        raise LogFault("expected a log that was begun (`filterdns log keys make`), got none")
    return log.keys


def _keys(log: LogWriter, held: Sequence[SecretKey]) -> Keys:
    return Keys(_fold(log), tuple(key.vkey for key in held))
