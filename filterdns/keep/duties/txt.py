"""One TXT record asked of a resolver over TCP, and nothing else that DNS can do (RFC 1035, RFC 7766).

What comes back was chosen by whoever asks us to look: every length is checked, no compressed name is followed, and of
anything that is not a plain answer to our question nothing is taken.
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Iterator, Sequence

from filterdns.config.settings import Address
from filterdns.errors import NameFault, WireFault
from filterdns.names import parse_name

TXT, IN = 16, 1
MOST_ANSWERS = 64
_SECONDS = 5.0
_RECURSION_DESIRED, _RESPONSE, _RCODE, _TRUNCATED = 0x0100, 0x8000, 0x000F, 0x0200
_HEADER, _FIXED = struct.Struct("!6H"), struct.Struct("!HHIH")
_POINTER = 0xC0
_MOST_LABEL = 63


def ask_txt(name: str, servers: Sequence[Address]) -> list[bytes]:
    """The TXT records of a name, each with its strings put together; none if there are none or nobody answers."""
    try:
        query = write_query(secrets.randbelow(1 << 16), parse_name(name))
    except NameFault:
        return []
    for server in servers:
        try:
            return list(read_records(query, _exchange(query, server)))
        except (OSError, WireFault):
            continue
    return []


def write_query(id_: int, qname: bytes) -> bytes:
    """A question for TXT, without a length before it."""
    return _HEADER.pack(id_, _RECURSION_DESIRED, 1, 0, 0, 0) + qname + struct.pack("!HH", TXT, IN)


def read_records(query: bytes, reply: bytes) -> Iterator[bytes]:
    """The texts of a reply to this query. Raises WireFault for what is no answer to it."""
    if len(reply) < len(query):
        raise WireFault("too short")
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(reply)
    if query[:2] != reply[:2] or not flags & _RESPONSE or flags & (_RCODE | _TRUNCATED) or questions != 1:
        raise WireFault("no answer")
    if reply[_HEADER.size : len(query)].lower() != query[_HEADER.size :].lower():
        raise WireFault("an answer to something else")
    at = len(query)
    for _ in range(min(answers, MOST_ANSWERS)):
        at = _after_name(reply, at)
        type_, class_, _, length = _FIXED.unpack_from(_part(reply, at, _FIXED.size))
        data = _part(reply, at + _FIXED.size, length)
        at += _FIXED.size + length
        if (type_, class_) == (TXT, IN):
            yield b"".join(_strings(data))


def _after_name(reply: bytes, at: int) -> int:
    while True:
        (length,) = _part(reply, at, 1)
        if length & _POINTER == _POINTER:
            return at + 2
        if length > _MOST_LABEL:
            raise WireFault("no label")
        at += 1 + length
        if not length:
            return at


def _strings(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        yield _part(data, at + 1, data[at])
        at += 1 + data[at]


def _part(octets: bytes, at: int, length: int) -> bytes:
    part = octets[at : at + length]
    if len(part) != length:
        raise WireFault("cut")
    return part


def _exchange(query: bytes, server: Address) -> bytes:
    with socket.create_connection((server.host, server.port), timeout=_SECONDS) as connection:
        connection.sendall(struct.pack("!H", len(query)) + query)
        (length,) = struct.unpack("!H", _receive(connection, 2))
        return _receive(connection, length)


def _receive(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        if not part:
            raise WireFault("cut")
        received += part
    return received
