"""Octets as texts of pages and forms: base64url without padding (RFC 4648 section 5), in one writing alone."""

from __future__ import annotations

import base64
import re

_TEXT = re.compile(r"[A-Za-z0-9_-]*\Z")


def write_base64url(octets: bytes) -> str:
    """The text of octets."""
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def parse_base64url(text: str) -> bytes:
    """The octets of a text. Raises ValueError for any that `write_base64url` does not write."""
    if not _TEXT.match(text) or len(text) % 4 == 1:
        raise ValueError("expected base64url")
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if write_base64url(octets) != text:
        raise ValueError("expected base64url without a rest")
    return octets
