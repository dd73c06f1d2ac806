"""Octets and numbers as the C2SP formats write them: base64 (RFC 4648 section 4), decimal; one text for each value."""

from __future__ import annotations

from base64 import b64decode, b64encode

from filterdns.errors import LogFault


def write_base64(octets: bytes) -> str:
    """The octets as base64."""
    return b64encode(octets).decode("ascii")


def parse_base64(text: str, where: str) -> bytes:
    """The octets of base64; LogFault, beginning with ``where``, for anything else, stray bits at the end included."""
    try:
        octets = b64decode(text, validate=True)
    except ValueError:
        octets = b""
    if write_base64(octets) != text:
        raise LogFault(f"{where}: expected base64, got {text[:80]!r}")
    return octets


def parse_decimal(text: str, most: int, where: str) -> int:
    """A number in decimal without sign or leading zero; LogFault, beginning with ``where``, for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        raise LogFault(f"{where}: expected a number in decimal, got {text[:80]!r}")
    number = int(text)
    if str(number) != text or number > most:
        raise LogFault(f"{where}: expected a number up to {most} without leading zeros, got {text!r}")
    return number
