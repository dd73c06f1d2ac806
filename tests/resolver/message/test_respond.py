"""Composing answers."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import pytest

from filterdns.resolver.message.edns import NO_EDNS, Edns, write_ede
from filterdns.resolver.message.layout import AD, BADVERS, CD, NXDOMAIN, RD
from filterdns.resolver.message.respond import (
    Records,
    compose,
    compose_header_only,
    compose_truncated,
    response_flags,
    write_record,
    write_soa,
)
from tests.messages import query
from tests.scenarios.expect import extended_errors

WIRE = query("WWW.Example.ORG")
EDNS = Edns(True, 1232, True, 0, False)
A_RECORD = write_record(1, 300, b"\xc0\0\2\1")


def records(count: int = 1) -> Records:
    return Records(0, A_RECORD * count, count)


def composed(limit: int, edns: Edns = EDNS, count: int = 1, text: bytes = b"t" * 60) -> bytes:
    ede = write_ede(17, text)
    return compose(WIRE, len(WIRE), RD, records(count), edns, limit, ede, write_ede(17))


def test_an_answer_is_what_it_was_made_of() -> None:
    message = dns.message.from_wire(composed(1232))
    assert message.id == 0x1234
    assert message.question[0].name.to_text() == "WWW.Example.ORG."
    assert message.answer[0].to_text() == "WWW.Example.ORG. 300 IN A 192.0.2.1"
    assert message.ednsflags & dns.flags.DO
    assert extended_errors(message) == [(17, "t" * 60)]
    assert not message.flags & (dns.flags.AA | dns.flags.TC | dns.flags.AD)


def test_without_edns_there_is_no_opt_and_no_reason() -> None:
    assert dns.message.from_wire(composed(512, NO_EDNS)).edns == -1


@pytest.mark.parametrize(
    ("less", "errors", "truncated"),
    [(0, [(17, "t" * 60)], False), (1, [(17, "")], False), (60, [(17, "")], False), (61, [], False), (67, [], True)],
)
def test_text_goes_first_then_the_code_then_the_records(
    less: int, errors: list[tuple[int, str]], truncated: bool
) -> None:
    whole = len(composed(65_535))
    got = composed(whole - less)
    message = dns.message.from_wire(got)
    assert len(got) <= whole - less
    assert extended_errors(message) == errors
    assert bool(message.flags & dns.flags.TC) == truncated
    assert bool(message.answer) != truncated
    assert message.edns == 0


def test_flags_are_copied_or_set_as_they_must_be() -> None:
    assert response_flags(RD | CD | AD, NXDOMAIN) == (0x8000 | 0x0080 | RD | CD | NXDOMAIN).to_bytes(2)
    assert response_flags(0x2000, 4) == (0xA084).to_bytes(2)
    assert response_flags(0x0740, 0) == (0x8180).to_bytes(2), "AA, TC and Z are not"


def test_an_rcode_over_15_goes_on_in_opt() -> None:
    got = compose(WIRE, len(WIRE), RD, Records(BADVERS), EDNS, 512)
    assert dns.message.from_wire(got).rcode() == dns.rcode.BADVERS


def test_short_forms_are_messages_too() -> None:
    bare = dns.message.from_wire(compose_header_only(WIRE, RD, 1))
    assert (bare.rcode(), bare.question) == (dns.rcode.FORMERR, [])
    cut = compose_truncated(WIRE + b"more", len(WIRE), RD)
    assert len(cut) == len(WIRE)
    message = dns.message.from_wire(cut)
    assert message.flags & dns.flags.TC
    assert message.question[0].name.to_text() == "WWW.Example.ORG."


def test_the_soa_of_our_own_negative_answers_lets_them_be_cached_that_long() -> None:
    body = b"\xc0\x10" + write_soa(45)
    message = dns.message.from_wire(compose(WIRE, len(WIRE), RD, Records(NXDOMAIN, body, nscount=1), NO_EDNS, 512))
    soa = message.authority[0]
    assert soa.name.to_text() == "Example.ORG."
    assert (soa.ttl, soa[0].minimum) == (45, 45)
