"""A device with passkeys, as far as a desk sees of it: what it signs can be made wrong in every way."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from filterdns.transparency.desk.base64url import parse_base64url, write_base64url
from tests.transparency.lists import WHEN

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN, PARTY = "https://lists.example", "lists.example"


def asked_by(page: str) -> dict[str, Any]:
    """What a page wants of a device."""
    (text,) = re.findall(r'data-asked="([^"]*)"', page)
    asked: dict[str, Any] = json.loads(unescape(text))
    return asked


@dataclass
class Device:
    """Holds one passkey. `counter`: None if it does not count."""

    origin: str = ORIGIN
    party: str = PARTY
    flags: int = PRESENT | VERIFIED
    counter: int | None = 0
    kind: str = "ec"
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: str = ""

    def __post_init__(self) -> None:
        self._ec = ec.generate_private_key(ec.SECP256R1())
        self._ed = ed25519.Ed25519PrivateKey.generate()

    def make(self, asked: dict[str, Any], **wrong: Any) -> dict[str, str]:
        """The fields of the form that adds its passkey."""
        self.user = asked["user"]["id"]
        key = wrong.get("key", self._cose())
        about = b"\0" * 16 + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        authenticator = self._authenticator(wrong.get("flags", self.flags | ATTESTED)) + about
        client = self._client("webauthn.create", asked["challenge"], wrong.get("client", {}))
        stated = self._stated(wrong.get("says", "none"), authenticator, hashlib.sha256(client).digest())
        attested = {"authData": authenticator} | stated | wrong.get("attested", {})
        fields = {"id": self.id, "client": client, "attestation": cbor2.dumps(attested)}
        return {name: write_base64url(octets) for name, octets in fields.items()}

    def use(self, asked: dict[str, Any], **wrong: Any) -> dict[str, str]:
        """The fields of the form that signs in with it."""
        if self.counter is not None:
            self.counter += 1
        authenticator = self._authenticator(wrong.get("flags", self.flags))
        client = self._client("webauthn.get", asked["challenge"], wrong.get("client", {}))
        signed = authenticator + hashlib.sha256(client).digest()
        signature = self._ed.sign(signed) if self.kind == "ed" else self._ec.sign(signed, ec.ECDSA(SHA256()))
        fields = {"id": self.id, "client": client, "authenticator": authenticator, "signature": signature}
        return {name: write_base64url(octets) for name, octets in fields.items()} | {"user": self.user}

    def _stated(self, says: str, authenticator: bytes, client_digest: bytes) -> dict[str, Any]:
        """What it says of its make: nothing, that it has signed itself, or a certificate of who has made it."""
        if says == "itself":
            signature = self._ec.sign(authenticator + client_digest, ec.ECDSA(SHA256()))
            return {"fmt": "packed", "attStmt": {"alg": -7, "sig": signature}}
        if says == "maker":
            cose = self._cose()
            signed = b"\0" + authenticator[:32] + client_digest + self.id + b"\4" + cose[-2] + cose[-3]
            signature = self._ec.sign(signed, ec.ECDSA(SHA256()))
            return {"fmt": "fido-u2f", "attStmt": {"sig": signature, "x5c": [self._certificate()]}}
        return {"fmt": "none", "attStmt": {}}

    def _certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Maker")])
        built = x509.CertificateBuilder(name, name, self._ec.public_key(), 1, WHEN, WHEN + timedelta(days=9_999))
        return built.sign(self._ec, SHA256()).public_bytes(Encoding.DER)

    def _client(self, type_: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        said = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | wrong).encode()

    def _authenticator(self, flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + (self.counter or 0).to_bytes(4, "big")

    def _cose(self) -> dict[int, Any]:
        if self.kind == "ed":
            return {1: 1, 3: -8, -1: 6, -2: self._ed.public_key().public_bytes_raw()}
        numbers = self._ec.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def octets_of(fields: dict[str, str], name: str) -> bytes:
    """What a device said in a field."""
    return parse_base64url(fields[name])
