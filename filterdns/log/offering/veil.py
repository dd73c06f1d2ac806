"""Texts that are veiled: whoever has the file can lift the veil, and nobody reads the names by opening it.

    {"key": 32 hexadecimal digits, "note": why, "texts": {"own/gore.yaml": base64, ...}}

A home needs the names of sites of gore or self-harm to filter them, and a plain list of them in a public file would
be a menu.  So a text is XORed with SHAKE-256(key || 0x00 || name), and the key lies beside it.  That is against
browsing, search engines and a curious eye; it is no secret, and anybody who writes ten lines of a program can read it.
The key is made of the texts, so that the same texts give the same octets, and every change gives other ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from filterdns.errors import LogFault
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.text import parse_base64, write_base64

NOTE = (
    "Names of these categories are not for browsing, so they are veiled: XOR with SHAKE-256(key, 0x00, name). This is "
    "no secret and keeps nobody out who is determined; please do not publish them as a list."
)
_KEY_OCTETS = 16
_KEY = re.compile(r"[0-9a-f]{32}\Z")


def veil(texts: Mapping[str, str]) -> dict[str, Any]:
    """The texts as a value for canonical JSON. Raises LogFault for what is no Unicode."""
    key = hashlib.sha256(b"filterdns veil\0" + write_canonical(dict(texts))).digest()[:_KEY_OCTETS]
    veiled = {name: write_base64(_mixed(text.encode(), key, name)) for name, text in texts.items()}
    return {"key": key.hex(), "note": NOTE, "texts": veiled}


def unveil(value: Any) -> dict[str, str]:
    """The texts behind such a value. Raises LogFault for anything else."""
    if not isinstance(value, dict) or value.keys() != {"key", "note", "texts"} or not isinstance(value["texts"], dict):
        raise LogFault("veiled texts: expected key, note and texts, got something else")
    if not isinstance(value["key"], str) or not _KEY.match(value["key"]):
        raise LogFault("veiled texts: expected a key of 32 hexadecimal digits, got something else")
    key = bytes.fromhex(value["key"])
    return {name: _lifted(name, text, key) for name, text in value["texts"].items()}


def _lifted(name: str, text: Any, key: bytes) -> str:
    where = f"veiled text {name[:120]}"
    if not isinstance(text, str):
        raise LogFault(f"{where}: expected base64, got something else")
    try:
        return _mixed(parse_base64(text, where), key, name).decode()
    except UnicodeDecodeError:
        raise LogFault(f"{where}: expected UTF-8 under the veil, got something else") from None


def _mixed(octets: bytes, key: bytes, name: str) -> bytes:
    """Octets with their mask: once it veils, twice it gives them back."""
    mask = hashlib.shake_256(key + b"\0" + name.encode()).digest(len(octets))
    return (int.from_bytes(octets, "big") ^ int.from_bytes(mask, "big")).to_bytes(len(octets), "big")
