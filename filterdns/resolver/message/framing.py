"""TCP framing: each message behind two octets of its length (RFC 1035 section 4.2.2, RFC 7766 section 8)."""

from __future__ import annotations

from filterdns.resolver.message.layout import U16

MOST_OCTETS = 65_535


def write_frame(message: bytes) -> bytes:
    """Length and message in one piece, so that they leave in one segment (RFC 7766 section 8)."""
    return U16.pack(len(message)) + message


def read_frames(buffer: bytearray) -> list[bytes]:
    """Take every whole message from the front of `buffer`; what remains there is the beginning of the next one."""
    messages: list[bytes] = []
    at, end = 0, len(buffer)
    while at + 2 <= end:
        length = buffer[at] << 8 | buffer[at + 1]
        if at + 2 + length > end:
            break
        messages.append(bytes(buffer[at + 2 : at + 2 + length]))
        at += 2 + length
    del buffer[:at]
    return messages
