"""Proof that somebody controls a name: which token to put where, and whether it stands there. Never required.

The token says nothing of the receipt code that it is made of, so that it may stand in public, and belongs to one
receipt and one name alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

RECORD_LABEL = "_filterdns"  # below the name: a TXT record
FILE_PATH = "/.well-known/filterdns.txt"  # RFC 8615
MOST_FILE_OCTETS = 4_096
MOST_RECORDS = 32

_PREFIX = "filterdns-proof="
_OCTETS = 15  # 24 characters, 120 bits


def control_token(digest: bytes, name: str) -> str:
    """What whoever holds this receipt puts where the name's keeper alone can write."""
    made = hashlib.sha256(b"filterdns control\0" + digest + name.encode()).digest()[:_OCTETS]
    return _PREFIX + base64.b32encode(made).decode().lower()


def record_name(name: str) -> str:
    """Where a TXT record is looked for."""
    return f"{RECORD_LABEL}.{name}"


def file_address(name: str) -> str:
    """Where a file is looked for."""
    return f"https://{name}{FILE_PATH}"


def is_in_records(token: str, records: Iterable[bytes]) -> bool:
    """Whether one of these TXT records is the token; each with its strings put together (RFC 7208 section 3.3)."""
    return any(record.strip() == token.encode() for record, _ in zip(records, range(MOST_RECORDS), strict=False))


def is_in_file(token: str, octets: bytes) -> bool:
    """Whether one line of a file is the token."""
    return any(line.strip() == token.encode() for line in octets[:MOST_FILE_OCTETS].splitlines())
