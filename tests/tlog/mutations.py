"""Octets with one of them changed."""

from __future__ import annotations

from collections.abc import Iterator


def each_bit_changed(octets: bytes) -> Iterator[bytes]:
    """The octets with each single bit changed in turn."""
    for at, octet in enumerate(octets):
        for bit in range(8):
            yield octets[:at] + bytes([octet ^ (1 << bit)]) + octets[at + 1 :]


def each_octet_left_out_or_twice(octets: bytes) -> Iterator[bytes]:
    """The octets with each one left out, and with each one twice."""
    for at in range(len(octets)):
        yield octets[:at] + octets[at + 1 :]
        yield octets[: at + 1] + octets[at:]
