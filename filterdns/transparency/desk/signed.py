"""What a reviewer signs at the command line, and whether a signature is of their key. Pure.

Signed is a note's text (C2SP signed-note): a line that says what it is, and the action as canonical JSON.  All of it
follows from the event in which the signature is kept and the one before it, so that anybody who has both, and the key,
can look again.  What is kept is the signature line without its dash: the key's name, its id and the signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.note import (
    DASH,
    Signature,
    SignedNote,
    Signer,
    check_note,
    parse_signatures,
    parse_vkey,
)

SIG = "sig"
_TITLE = "filterdns desk action"
_NOT_SIGNED = frozenset(
    {SIG, "role", "on", "outcome"}
)  # what is added when the action is done; the outcome stands apart


def action_text(case: int, last: int, data: Mapping[str, Any], day: str) -> str:
    """What is signed. `last`: the case's last event, as the reviewer saw it; `data`: of the event that is to come.

    `day`: ISO 8601, UTC.  Raises LogFault for data that has no canonical form.
    """
    reason = {key: value for key, value in data.items() if key not in _NOT_SIGNED}
    action = {
        "case": case,
        "day": day,
        "last": last,
        "outcome": data["outcome"],
        "reason": sha256(write_canonical(reason)).hexdigest(),
        "v": 1,
    }
    return f"{_TITLE}\n{write_canonical(action).decode()}\n"


def sign_action(signer: Signer, text: str) -> str:
    """The signature as it is kept."""
    octets = signer.sign(text.encode())
    return Signature(signer.key.name, signer.key.key_id, octets).line.removeprefix(DASH).rstrip("\n")


def check_action(vkey: str, text: str, sig: str) -> None:
    """Raises LogFault unless this key signed the text."""
    check_note(SignedNote(text, parse_signatures(f"{DASH}{sig}\n")), [parse_vkey(vkey)])
