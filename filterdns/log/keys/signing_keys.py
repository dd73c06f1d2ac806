"""Which keys may sign the log now: a fold of its `begin`, `key` and `end` entries, and nothing else.

    begin {key, recovery}  ->  key {vkey, role, action} ...  ->  end {successor}

Several `log` keys hold at once while one is being replaced. A `recovery` key signs only together with `key` entries,
when the log key is lost. Pure: writers, readers and verifiers judge by the same fold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from filterdns.errors import LogFault
from filterdns.log.record.entries import BEGIN, END, KEY, Entry
from filterdns.tlog.note import ED25519, VerifierKey, parse_vkey

MOST_KEYS = 8  # of one role at once; two are a rotation


@dataclass(frozen=True, slots=True)
class KeyState:
    """The keys after some entry. `removed` are those that held once and never will again."""

    origin: str
    log: tuple[VerifierKey, ...]
    recovery: tuple[VerifierKey, ...]
    removed: tuple[VerifierKey, ...] = ()
    has_ended: bool = False
    successor: str = ""  # vkey of the log that follows, "" if none does


def changes_keys(octets: bytes) -> bool:
    """Whether an entry is one that the fold is about; others need not be read."""
    # Canonical JSON has no space, and a quotation mark inside a text is escaped: nothing else can look like this.
    return any(b'"type":"%s"' % type_.encode() in octets for type_ in (BEGIN, KEY, END))


def keys_after(entries: Iterable[Entry], state: KeyState | None = None) -> KeyState:
    """The keys after these entries, which follow those that led to `state` (None: they are the log's first).

    Entries of other types change nothing. Raises LogFault for a change that cannot be: a second beginning, a key of
    another log, one that holds already or is none, anything after the end, no log key left.
    """
    for entry in entries:
        if state is None:
            state = _begin(entry)
        elif state.has_ended:
            raise LogFault(f"{entry.type}: expected nothing after the end of the log, got an entry")
        elif entry.type == BEGIN:
            raise LogFault("begin: expected it once, as the first entry, got another")
        elif entry.type == KEY:
            state = _change(state, entry)
        elif entry.type == END:
            state = replace(state, has_ended=True, successor=entry.fields["successor"])
    if state is None:
        raise LogFault("expected the entry that begins the log, got no entry")
    if not state.log:
        raise LogFault("key: expected a log key that stays, got the last one removed")
    return state


def _begin(entry: Entry) -> KeyState:
    if entry.type != BEGIN:
        raise LogFault(f"expected a log that begins with `begin`, got {entry.type}")
    origin, recovery = entry.fields["origin"], entry.fields["recovery"]
    key = _key(entry.fields["key"], origin)
    return KeyState(origin, (key,), (_key(recovery, origin),) if recovery else ())


def _change(state: KeyState, entry: Entry) -> KeyState:
    key, role = _key(entry.fields["vkey"], state.origin), entry.fields["role"]
    held = state.log if role == "log" else state.recovery
    if entry.fields["action"] == "removed":
        if key not in held:
            raise LogFault(f"key: expected a {role} key that holds to be removed, got {key.key_id.hex()}")
        left = tuple(other for other in held if other != key)
        state = replace(state, removed=(*state.removed, key))
    else:
        if key in (*state.log, *state.recovery, *state.removed):
            raise LogFault(f"key: expected a new key, got {key.key_id.hex()}, which was in use before")
        if len(held) >= MOST_KEYS:
            raise LogFault(f"key: expected at most {MOST_KEYS} {role} keys at once, got one more")
        left = (*held, key)
    return replace(state, log=left) if role == "log" else replace(state, recovery=left)


def _key(vkey: str, origin: str) -> VerifierKey:
    key = parse_vkey(vkey)
    if key.algorithm != ED25519 or key.name != origin:
        raise LogFault(f"key: expected an Ed25519 key named {origin}, got {key.name}, type {key.algorithm}")
    return key
