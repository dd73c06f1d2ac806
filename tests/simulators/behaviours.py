"""Manners of upstreams: honest, lying, slow, silent, truncating, stingy with octets."""

from __future__ import annotations

from collections.abc import Callable

from tests.messages import reply
from tests.simulators.server import Behaviour, Send

Zone = dict[tuple[str, str], list[str]]
RECURSION_AVAILABLE_OCTET = 3


def question_text(query: bytes) -> tuple[str, str]:
    """Lower-case name without the final dot, and the type's mnemonic or TYPE number."""
    import dns.rdatatype

    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("latin-1").lower())
        at += length + 1
    return ".".join(labels), dns.rdatatype.to_text(int.from_bytes(query[at + 1 : at + 3]))


def framed(octets: bytes) -> bytes:
    return len(octets).to_bytes(2) + octets


class Plain:
    """Answers from a zone {(name, type): records}; what is not in it gets `default` records or NXDOMAIN."""

    def __init__(self, zone: Zone | None = None, *, default: str | None = None, rcode: str = "NXDOMAIN") -> None:
        self.zone = zone or {}
        self.default = default
        self.rcode = rcode

    def message(self, query: bytes) -> bytes:
        name, rtype = question_text(query)
        if (records := self.zone.get((name, rtype))) is not None:
            return reply(query, records)
        if self.default is not None and rtype == "A":
            return reply(query, [f"{name}. 60 A {self.default}"])
        return reply(query, rcode=self.rcode)

    def udp(self, query: bytes) -> list[Send]:
        return [Send(self.message(query))]

    def tcp(self, query: bytes) -> list[Send]:
        return [Send(framed(self.message(query)))]


class Changed:
    """Another behaviour whose datagrams are changed on the way: a liar, or somebody who forges."""

    def __init__(
        self, honest: Behaviour, change: Callable[[bytes], bytes], *, times: int = 1, over_tcp: bool = False
    ) -> None:
        self.honest = honest
        self.change = change
        self.times = times
        self.over_tcp = over_tcp

    def udp(self, query: bytes) -> list[Send]:
        return [Send(self.change(send.octets)) for send in self.honest.udp(query) for _ in range(self.times)]

    def tcp(self, query: bytes) -> list[Send]:
        sends = self.honest.tcp(query)
        return [Send(framed(self.change(send.octets[2:]))) for send in sends] if self.over_tcp else sends


def with_wrong_id(message: bytes) -> bytes:
    return bytes((message[0] ^ 0x55,)) + message[1:]


def _name_end(message: bytes) -> int:
    at = 12
    while length := message[at]:
        at += length + 1
    return at + 1


def with_case(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The question's name in another letter case: `bytes.lower`, `bytes.swapcase`."""

    def changed(message: bytes) -> bytes:
        end = _name_end(message)
        return message[:12] + change(message[12:end]) + message[end:]

    return changed


def with_other_name(message: bytes) -> bytes:
    """The first octet of the question's name is another."""
    return message[:13] + bytes((message[13] ^ 1,)) + message[14:]


def with_flags(set_octet: int, at: int = 2) -> Callable[[bytes], bytes]:
    return lambda message: message[:at] + bytes((message[at] ^ set_octet,)) + message[at + 1 :]


class FromOtherPort(Plain):
    """The right octets from a port that was not asked."""

    def udp(self, query: bytes) -> list[Send]:
        return [Send(self.message(query), other_port=True)]


class Slow(Plain):
    """Answers after some seconds."""

    def __init__(self, seconds: float, zone: Zone | None = None, *, default: str | None = None) -> None:
        super().__init__(zone, default=default)
        self.seconds = seconds

    def udp(self, query: bytes) -> list[Send]:
        return [Send(send.octets, after=self.seconds) for send in super().udp(query)]


class Silent:
    """Takes everything and says nothing."""

    def udp(self, query: bytes) -> list[Send]:
        return []

    def tcp(self, query: bytes) -> list[Send]:
        return []


class Truncating(Plain):
    """Nothing but TC over UDP; over TCP the answer, in pieces of `piece` octets."""

    def __init__(
        self, zone: Zone | None = None, *, default: str | None = None, piece: int = 65_537, close: bool = False
    ) -> None:
        super().__init__(zone, default=default)
        self.piece = piece
        self.close = close

    def udp(self, query: bytes) -> list[Send]:
        whole = self.message(query)
        end = _name_end(whole) + 4
        return [Send(whole[:2] + bytes((whole[2] | 2, whole[3])) + b"\0\1\0\0\0\0\0\0" + whole[12:end])]

    def tcp(self, query: bytes) -> list[Send]:
        octets = framed(self.message(query))
        pieces = [octets[at : at + self.piece] for at in range(0, len(octets), self.piece)]
        sends = [Send(piece, after=0.0005 * number) for number, piece in enumerate(pieces)]
        if self.close:
            sends[-1] = Send(sends[-1].octets, after=sends[-1].after, then_close=True)
        return sends


class Scripted:
    """One behaviour after the other, one query each; the last one stays."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)

    def _next(self) -> Behaviour:
        return self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]

    def udp(self, query: bytes) -> list[Send]:
        return self._next().udp(query)

    def tcp(self, query: bytes) -> list[Send]:
        return self._next().tcp(query)
