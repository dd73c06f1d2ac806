"""What an answer is held against. Whatever is said in a scenario, each answer is also held to `check_form`."""

from __future__ import annotations

from dataclasses import dataclass

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass(frozen=True)
class Expected:
    """All that is None is not looked at. Records are `NAME TTL TYPE RDATA`, TTL as a number, `*` or `<=60`."""

    rcode: str = "NOERROR"
    answer: tuple[str, ...] | None = None
    authority: tuple[str, ...] | None = None  # types alone
    ede: int | None = None
    no_ede: bool = False
    ede_text: str | None = None  # somewhere in it
    flags: tuple[str, ...] = ()  # lower-case: aa tc ad cd ra rd
    no_flags: tuple[str, ...] = ()
    opt: bool | None = None
    most_octets: int | None = None
    question: bool = True  # the question comes back, letter for letter


def check(wire: bytes, reply: bytes, expected: Expected) -> None:
    """AssertionError unless `reply` is a right answer to the query `wire` and what was expected."""
    message = check_form(wire, reply)
    assert dns.rcode.to_text(message.rcode()) == expected.rcode, message.to_text()
    if expected.answer is not None:
        _check_records(message.answer, expected.answer)
    if expected.authority is not None:
        assert tuple(dns.rdatatype.to_text(rrset.rdtype) for rrset in message.authority) == expected.authority
    flags = dns.flags.to_text(message.flags).lower().split()
    assert set(expected.flags) <= set(flags), f"expected {expected.flags}, got {flags}"
    assert not set(expected.no_flags) & set(flags), f"expected none of {expected.no_flags}, got {flags}"
    if expected.opt is not None:
        assert (message.edns >= 0) == expected.opt, message.to_text()
    if expected.most_octets is not None:
        assert len(reply) <= expected.most_octets
    if expected.question:
        assert len(message.question) == 1, message.to_text()
    errors = extended_errors(message)
    if expected.no_ede:
        assert not errors, errors
    if expected.ede is not None:
        assert [code for code, _ in errors] == [expected.ede], message.to_text()
    if expected.ede_text is not None:
        assert any(expected.ede_text in text for _, text in errors), errors


def check_form(wire: bytes, reply: bytes) -> dns.message.Message:
    """What holds for every answer: it can be read, belongs to the query and brings OPT only to who sent one."""
    message = dns.message.from_wire(reply)
    assert reply[:2] == wire[:2]
    assert message.flags & dns.flags.QR
    assert message.flags & dns.flags.RA
    assert (reply[2] & 0x79) == (wire[2] & 0x79), "opcode and RD are copied"
    if message.question:
        end = 12 + len(message.question[0].name.to_wire() or b"") + 4
        assert reply[12:end] == wire[12:end], "the question comes back letter for letter"
    if message.edns >= 0:
        assert b"\0\0\x29" in wire[12:], "OPT only to who sent one"
    for code, text in extended_errors(message):
        assert 0 <= code <= 65_535
        assert len(text.encode()) <= 120
    return message


def extended_errors(message: dns.message.Message) -> list[tuple[int, str]]:
    return [(int(o.code), o.text or "") for o in message.options if isinstance(o, dns.edns.EDEOption)]


def rows(rrsets: list[dns.rrset.RRset]) -> list[tuple[str, int, str, str]]:
    """(name, TTL, type, rdata) of each record, names without their final dot and in lower case."""
    return [
        (
            rrset.name.to_text(omit_final_dot=True).lower(),
            rrset.ttl,
            dns.rdatatype.to_text(rrset.rdtype),
            rdata.to_text(),
        )
        for rrset in rrsets
        for rdata in rrset
    ]


def _check_records(found: list[dns.rrset.RRset], expected: tuple[str, ...]) -> None:
    left = rows(found)
    for line in expected:
        name, ttl, rtype, rdata = line.split(maxsplit=3)
        rdata = dns.rrset.from_text(name, 0, "IN", rtype, rdata)[0].to_text().lower()  # the upstream saw random case
        match = [row for row in left if (row[0], row[2], row[3].lower()) == (name.rstrip(".").lower(), rtype, rdata)]
        assert match, f"expected {line}, got {left}"
        assert _ttl_fits(match[0][1], ttl), f"expected {line}, got TTL {match[0][1]}"
        left.remove(match[0])
    assert not left, f"nobody expected {left}"


def _ttl_fits(ttl: int, pattern: str) -> bool:
    if pattern == "*":
        return True
    return ttl <= int(pattern[2:]) if pattern.startswith("<=") else ttl == int(pattern)
