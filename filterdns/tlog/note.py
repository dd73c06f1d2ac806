"""Signed notes: a text and lines that sign it (C2SP signed-note).

    text, one or more lines                                        signed with its last line feed
    <empty line>                                                   the last empty line of the note
    — name base64(key id, 4 octets || signature)                   one or more

A text means nothing before `check_note` has accepted the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from filterdns.errors import LogFault
from filterdns.tlog import ed25519
from filterdns.tlog.text import parse_base64, write_base64

MOST_NOTE_OCTETS = 256 * 1024  # sixteen post-quantum signatures are 110 KiB
MOST_SIGNATURES = 100  # C2SP wants 16 at least; each known one costs a verification

ED25519 = 0x01
COSIGNATURE = 0x04
KEY_ID_OCTETS = 4
DASH = "\u2014 "
REFUSED = re.compile("[\\x00-\\x09\\x0b-\\x1f\\ud800-\\udfff]")  # control characters, and halves that UTF-8 has not


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under. LogFault when it is no key of a type that we can verify."""

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.algorithm not in (ED25519, COSIGNATURE):
            expected = f"type {ED25519} (Ed25519) or {COSIGNATURE} (Ed25519 cosignature)"
            raise LogFault(f"key {self.name}: expected {expected}, got {self.algorithm}")
        if len(self.public) != ed25519.PUBLIC_OCTETS:
            raise LogFault(f"key {self.name}: expected {ed25519.PUBLIC_OCTETS} octets, got {len(self.public)}")

    @cached_property
    def key_id(self) -> bytes:
        """Four octets that tell keys of one name apart; no protection, as they are easily met on purpose."""
        material = b"%s\n%c%s" % (self.name.encode(), self.algorithm, self.public)
        return sha256(material).digest()[:KEY_ID_OCTETS]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: who says to have signed, and the octets after the key id."""

    name: str
    key_id: bytes
    octets: bytes

    @property
    def line(self) -> str:
        return f"{DASH}{self.name} {write_base64(self.key_id + self.octets)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Whether it says to be this key's; nothing is verified."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as it was read: nothing in it is verified."""

    text: str
    signatures: tuple[Signature, ...]


class Signer:
    """A private key (the 32 octets of RFC 8032) with the name it signs under."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.key = VerifierKey(name, ED25519, ed25519.public_of(seed))
        self._seed = seed

    def sign(self, octets: bytes) -> bytes:
        """The Ed25519 signature (64 octets): the same for the same octets, always."""
        return ed25519.sign(self._seed, octets)


def parse_vkey(text: str) -> VerifierKey:
    """The key of ``name+key id in hex+base64(type || public key)``; LogFault when it is none."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise LogFault(f"vkey: expected name+hex+base64, got {text[:120]!r}")
    name, key_id, encoded = parts
    octets = parse_base64(encoded, f"vkey of {name}")
    if not octets:
        raise LogFault(f"vkey of {name}: expected a type and a public key, got nothing")
    key = VerifierKey(name, octets[0], octets[1:])
    if key.key_id.hex() != key_id:
        raise LogFault(
            f"vkey of {name}: expected key id {key.key_id.hex()}, got {key_id[:16]!r}; it was copied wrongly"
        )
    return key


def write_vkey(key: VerifierKey) -> str:
    """The key as text, as policies and settings carry it."""
    return f"{key.name}+{key.key_id.hex()}+{write_base64(bytes([key.algorithm]) + key.public)}"


def read_note(octets: bytes) -> SignedNote:
    """The note that stands in octets; LogFault when they are none."""
    if len(octets) > MOST_NOTE_OCTETS:
        raise LogFault(f"note: expected at most {MOST_NOTE_OCTETS} octets, got {len(octets)}")
    try:
        whole = octets.decode()
    except UnicodeDecodeError as fault:
        raise LogFault(f"note: octet {fault.start} is not UTF-8") from None
    text, empty_line, lines = whole.rpartition("\n\n")
    if not empty_line:
        raise LogFault("note: expected a text, an empty line and signatures, got no empty line")
    check_text(text + "\n")
    return SignedNote(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """One or more signature lines; LogFault for anything else."""
    if not lines.endswith("\n"):
        raise LogFault("note: expected a line feed at the end")
    parts = lines.removesuffix("\n").split("\n")
    if len(parts) > MOST_SIGNATURES:
        raise LogFault(f"note: expected at most {MOST_SIGNATURES} signatures, got {len(parts)}")
    return tuple(map(_parse_signature, parts))


def write_note(note: SignedNote) -> bytes:
    """The octets of a note; LogFault when no reader would take them."""
    check_text(note.text)
    for signature in note.signatures:
        check_name(signature.name)
    octets = "".join([note.text, "\n", *(signature.line for signature in note.signatures)]).encode()
    if read_note(octets) != note:
        raise LogFault("note: expected signatures with names, got one that cannot be read back")
    return octets


def check_note(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Those of the Ed25519 ``keys`` that signed the note's text, at least one.

    Signatures of other keys are ignored. LogFault when one by a known key is bad, or there is none.
    """
    known = list(keys)
    signed: list[VerifierKey] = []
    for signature in note.signatures:
        for key in known:
            if key.algorithm != ED25519 or not signature.is_by(key):
                continue
            if not ed25519.verify(key.public, note.text.encode(), signature.octets):
                raise LogFault(f"note: the signature of {key.name} ({key.key_id.hex()}) does not fit the text")
            if key not in signed:
                signed.append(key)
    if not signed:
        names = ", ".join(sorted({f"{signature.name} ({signature.key_id.hex()})" for signature in note.signatures}))
        raise LogFault(f"note: expected a signature of {_names(known)}, got those of {names}")
    return tuple(signed)


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """The octets of a note with this text, signed by each."""
    check_text(text)
    signatures = (Signature(s.key.name, s.key.key_id, s.sign(text.encode())) for s in signers)
    return write_note(SignedNote(text, tuple(signatures)))


def check_text(text: str) -> None:
    """LogFault unless the text may stand in a note: lines, the last one ended, and no control character."""
    if not text.endswith("\n"):
        raise LogFault("note: expected a line feed at the end of the text")
    if refused := REFUSED.search(text):
        raise LogFault(
            f"note: expected no control character but the line feed, got {refused[0]!r} at {refused.start()}"
        )


def check_name(name: str) -> None:
    """LogFault unless the name may stand in a signature line: not empty, no space of any kind, no plus."""
    if not name or "+" in name or REFUSED.search(name) or any(map(str.isspace, name)):
        raise LogFault(f"key name: expected one without spaces, + and control characters, got {name[:120]!r}")


def _parse_signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or not line.startswith(DASH):
        raise LogFault(f"note: expected a signature (dash, name, base64), got {line[:120]!r}")
    check_name(parts[1])
    octets = parse_base64(parts[2], f"signature of {parts[1]}")
    if len(octets) <= KEY_ID_OCTETS:
        raise LogFault(f"signature of {parts[1]}: expected a key id and a signature, got {len(octets)} octets")
    return Signature(parts[1], octets[:KEY_ID_OCTETS], octets[KEY_ID_OCTETS:])


def _names(keys: Sequence[VerifierKey]) -> str:
    return " or ".join(f"{key.name} ({key.key_id.hex()})" for key in keys) or "no key at all"
