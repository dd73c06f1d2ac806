"""What the pages ask a device for, and the fields in which its answer comes: all base64url, all from strangers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filterdns.transparency.desk.base64url import write_base64url
from filterdns.transparency.desk.passkey_challenges import GOOD_SECONDS
from filterdns.transparency.desk.relying import RelyingParty
from filterdns.transparency.web.forms import Fields, first

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (IANA, COSE Algorithms): every device has one of them
_MILLISECONDS = int(GOOD_SECONDS * 1_000)
_TITLE = "filterdns desk"


class NotProved(Exception):
    """What a device said is not what it has to be. The text is for those who look for a fault, not for who asked."""


@dataclass(frozen=True, slots=True)
class Made:
    """A device has made a passkey (`AuthenticatorAttestationResponse`)."""

    id: str
    client: str
    attestation: str


@dataclass(frozen=True, slots=True)
class Used:
    """A device has used one (`AuthenticatorAssertionResponse`). `user`: whose it says it is."""

    id: str
    client: str
    authenticator: str
    signature: str
    user: str


def parse_made(fields: Fields) -> Made:
    """The fields of the form that adds one."""
    return Made(*(first(fields, name) for name in ("id", "client", "attestation")))


def parse_used(fields: Fields) -> Used:
    """The fields of the form that signs in with one."""
    return Used(*(first(fields, name) for name in ("id", "client", "authenticator", "signature", "user")))


def user_of(pseudonym: str) -> bytes:
    """What devices keep a person's passkey under: a new one takes the place of an old one of the same device."""
    return hashlib.sha256(b"filterdns passkey\0" + pseudonym.encode()).digest()


def to_use(challenge: bytes, party: RelyingParty) -> dict[str, Any]:
    """`PublicKeyCredentialRequestOptions`: the device knows whose passkeys it has, so the page names nobody's."""
    return {
        "challenge": write_base64url(challenge),
        "rpId": party.id,
        "timeout": _MILLISECONDS,
        "userVerification": "required",
    }


def to_make(challenge: bytes, party: RelyingParty, pseudonym: str, known: Sequence[bytes]) -> dict[str, Any]:
    """`PublicKeyCredentialCreationOptions`. `known`: a device that has one of these makes no second one."""
    return {
        "challenge": write_base64url(challenge),
        "rp": {"id": party.id, "name": _TITLE},
        "user": {"id": write_base64url(user_of(pseudonym)), "name": pseudonym, "displayName": pseudonym},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": _MILLISECONDS,
        "attestation": "none",
        "excludeCredentials": [{"type": "public-key", "id": write_base64url(each)} for each in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
    }
