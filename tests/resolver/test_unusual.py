"""Every query that a resolver can meet gets the right answer, and no octets raise."""

from __future__ import annotations

import random

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest

from filterdns.config.settings import RateLimits, Settings
from filterdns.resolver.miss import Miss
from filterdns.resolver.unusual import limited_reply
from tests.messages import query, reply
from tests.resolver.listed import profile_of, resolver
from tests.resolving import Resolving, parsed, silent
from tests.scenarios.expect import check_form, extended_errors

OPT = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


def made() -> Resolving:
    return resolver({"casino.example": "gambling"}, silent)


def rcode_of(wire: bytes, tcp: int = 0) -> str:
    got = made().ask(wire, transport=tcp)
    assert got is not None
    return dns.rcode.to_text(check_form(wire, got).rcode())


def with_header(flags: int = 0x0100, counts: tuple[int, int, int, int] = (1, 0, 0, 0), rest: bytes = b"") -> bytes:
    return b"\x12\x34" + flags.to_bytes(2) + b"".join(count.to_bytes(2) for count in counts) + rest


QUESTION = b"\x03www\x07example\x03net\0\0\1\0\1"
RECORD = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"


@pytest.mark.parametrize(
    "wire",
    [
        with_header(counts=(0, 0, 0, 0)),
        with_header(counts=(2, 0, 0, 0), rest=QUESTION * 2),
        with_header(counts=(2, 0, 0, 0), rest=QUESTION),
        with_header(rest=QUESTION + b"\0"),
        with_header(rest=QUESTION[:-1]),
        with_header(rest=b"\xc0\x0c\0\1\0\1"),
        with_header(rest=b"\x40" + b"a" * 64 + b"\0\0\1\0\1"),
        with_header(rest=b"\x80a\0\0\1\0\1"),
        with_header(rest=(b"\x3f" + b"a" * 63) * 4 + b"\0\0\1\0\1"),
        with_header(rest=b"\x3f" + b"a" * 10),
        with_header(counts=(1, 1, 0, 0), rest=QUESTION + RECORD),
        with_header(counts=(1, 0, 1, 0), rest=QUESTION + RECORD),
        with_header(counts=(1, 0, 0, 2), rest=QUESTION + OPT * 2),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION + OPT[:-1]),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION + OPT[:-1] + b"\x04\0\x0a\0\x09"),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION + b"\1a" + OPT),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION + RECORD[:-1]),
    ],
)
@pytest.mark.parametrize("tcp", [0, 1])
def test_what_breaks_the_grammar_is_formerr(wire: bytes, tcp: int) -> None:
    assert rcode_of(wire, tcp) == "FORMERR"


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_opcodes_are_notimp_and_copied(opcode: int) -> None:
    for rest in (QUESTION, b"", b"\xff" * 40):
        assert rcode_of(with_header(0x0100 | opcode << 11, rest=rest)) == "NOTIMP"


@pytest.mark.parametrize("version", [1, 2, 255])
def test_another_edns_version_is_badvers_and_told_ours(version: int) -> None:
    """RFC 6891 section 6.1.3."""
    opt = b"\0\0\x29\x04\xd0\0" + bytes([version]) + b"\0\0\0\0"
    wire = with_header(counts=(1, 0, 0, 1), rest=QUESTION + opt)
    message = parsed(made().ask(wire))
    assert dns.rcode.to_text(message.rcode()) == "BADVERS"
    assert message.edns == 0
    assert not message.answer


@pytest.mark.parametrize("rtype", ["AXFR", "IXFR"])
def test_zone_transfers_are_refused(rtype: str) -> None:
    for tcp in (0, 1):
        assert rcode_of(query("example.net", rtype), tcp) == "REFUSED"
    soa = b"\xc0\x0c\0\6\0\1\0\0\0\0\0\x16\0\0" + b"\0" * 20
    assert rcode_of(with_header(counts=(1, 0, 1, 0), rest=QUESTION[:-4] + b"\0\xfb\0\1" + soa)) == "REFUSED"


@pytest.mark.parametrize("rdclass", ["CH", "HS", "ANY", "NONE"])
def test_other_classes_are_refused(rdclass: str) -> None:
    assert rcode_of(query("version.bind", "TXT", rdclass=rdclass)) == "REFUSED"


@pytest.mark.parametrize("rtype", ["OPT", "TKEY", "TSIG", "MAILB", "MAILA", "TYPE128", "TYPE248"])
def test_types_that_are_no_data_are_notimp(rtype: str) -> None:
    number = int(dns.rdatatype.from_text(rtype))
    assert rcode_of(with_header(rest=QUESTION[:-4] + number.to_bytes(2) + b"\0\1")) == "NOTIMP"


def test_without_rd_nobody_learns_what_others_asked() -> None:
    resolving = made()
    resolving.upstream = lambda asked: reply(asked, ["www.example.net. 300 A 192.0.2.1"])
    resolving.ask(query("www.example.net"))
    message = parsed(resolving.ask(query("www.example.net", flags=0, edns=1232)))
    assert message.rcode() == dns.rcode.REFUSED
    assert [code for code, _ in extended_errors(message)] == [20]
    assert not message.answer


@pytest.mark.parametrize("edns", [None, 1232])
def test_any_gets_one_small_record(edns: int | None) -> None:
    """RFC 8482 section 4.2; what is filtered stays filtered."""
    message = parsed(made().ask(query("www.example.net", "ANY", edns=edns)))
    assert [rrset.rdtype for rrset in message.answer] == [dns.rdatatype.HINFO]
    assert parsed(made().ask(query("casino.example", "ANY"))).rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize("wire", [b"", b"\x12", with_header()[:11], with_header(0x8180, rest=QUESTION)])
def test_less_than_a_header_and_responses_get_nothing(wire: bytes) -> None:
    for tcp in (0, 1):
        assert made().ask(wire, transport=tcp) is None


def test_bits_that_mean_nothing_in_a_query_do_not_matter() -> None:
    """AA, TC, RA, Z and an RCODE."""
    for bits in (0x0400, 0x0200, 0x0080, 0x0040, 0x0005):
        got = made().pipeline.answer_now(with_header(0x0100 | bits, rest=QUESTION), made().client(), 1000.5, 0)
        assert isinstance(got, Miss)


@pytest.mark.parametrize("padding", [0, 468, 1000, 3000])
def test_long_queries_and_options_of_any_kind_are_no_fault(padding: int) -> None:
    """RFC 7830 padding, client subnet, an option that nobody knows: all are ignored."""
    options = [
        dns.edns.ECSOption("198.51.100.0"),
        dns.edns.GenericOption(65_001, b"x"),
        dns.edns.GenericOption(12, b"\0" * padding),
    ]
    message = dns.message.make_query("www.example.net", "A", use_edns=0, options=options)
    resolving = made()
    resolving.upstream = lambda asked: reply(asked, ["www.example.net. 300 A 192.0.2.1"])
    for _ in range(2):
        got = parsed(resolving.ask(message.to_wire(max_size=65_535)))
        assert got.answer
        assert not got.options
    assert len(resolving.asked) == 1


def test_a_record_beside_opt_is_walked_over() -> None:
    """TSIG or the like: we do not read it, and it does not hide OPT."""
    other = b"\1a\0\0\xfa\0\xff\0\0\0\0\0\2xx"
    for rest in (OPT + other, other + OPT):
        wire = with_header(counts=(1, 0, 0, 2), rest=QUESTION + rest)
        assert isinstance(made().pipeline.answer_now(wire, made().client(), 1000.5, 0), Miss)


def test_the_size_of_an_answer_is_the_clients_between_512_and_ours() -> None:
    texts = [f'"{"x" * 200}"' for _ in range(5)]
    for said, most in ((None, 512), (1, 512), (100, 512), (512, 512), (900, 900), (1232, 1232), (65_535, 1232)):
        resolving = made()
        resolving.upstream = lambda asked: reply(asked, ["big.example.net. 300 TXT " + " ".join(texts)])
        for _ in range(2):
            got = resolving.ask(query("big.example.net", "TXT", edns=said))
            assert got is not None
            assert len(got) <= most
            message = parsed(got)
            assert bool(message.flags & dns.flags.TC) == (most < 1_100)
            assert bool(message.answer) == (most >= 1_100)
            assert message.edns == (-1 if said is None else 0)
        whole = resolving.ask(query("big.example.net", "TXT", edns=said), transport=1)
        assert whole is not None
        assert parsed(whole).answer


def test_octets_of_any_kind_never_raise() -> None:
    random_numbers = random.Random(2)
    resolving = resolver(
        {"casino.example": "gambling"},
        silent,
        settings=Settings(rates=RateLimits(client_burst=10**9, client_queries_a_second=10**9, prefix_burst=10**9)),
    )
    client = resolving.client()
    seeds = [
        query("www.example.net"),
        query("casino.example", "HTTPS", edns=1232, dnssec=True),
        query("x.test", "PTR", edns=512),
        query("use-application-dns.net", "ANY"),
        with_header(counts=(1, 0, 0, 1), rest=QUESTION + OPT),
    ]
    for number in range(6_000):
        wire = bytearray(random_numbers.choice(seeds))
        for _ in range(random_numbers.randrange(6)):
            at = random_numbers.randrange(len(wire) + 1)
            choice = random_numbers.randrange(4)
            if choice == 0:
                del wire[at : at + random_numbers.randrange(1, 9)]
            elif choice == 1:
                wire[at:at] = random_numbers.randbytes(random_numbers.randrange(1, 9))
            elif at < len(wire):
                wire[at] = random_numbers.choice([0, 1, 0x3F, 0x40, 0xC0, 0xFF, 0x29, random_numbers.randrange(256)])
        octets = bytes(wire) if number % 4 else random_numbers.randbytes(random_numbers.randrange(80))
        for transport in (0, 1):
            client.budget = 1000
            got = resolving.pipeline.answer_now(octets, client, 1000.5, transport)
            if isinstance(got, bytes):
                check_form(octets, got)
            limited = limited_reply(octets, client, transport)
            if limited is not None:
                check_form(octets, limited)


# Limits


def limited(rate: RateLimits | None = None) -> Resolving:
    rates = rate or RateLimits(client_queries_a_second=10, client_burst=4)
    return resolver({}, silent, profile_of(), settings=Settings(rates=rates))


def test_over_its_rate_a_client_gets_truncated_answers_over_udp() -> None:
    """Whoever forges an address cannot follow to TCP; and the reply is no longer than the query."""
    resolving, wire = limited(), query("localhost", edns=1232)
    answers = [resolving.ask(wire) for _ in range(10)]
    over = [a for a in answers if a is not None and parsed(a).flags & dns.flags.TC]
    assert len(over) == 6
    assert all(len(a) <= len(wire) and not parsed(a).answer for a in over)


def test_over_its_rate_a_client_is_refused_over_tcp() -> None:
    resolving, wire = limited(), query("localhost")
    rcodes = [parsed(resolving.ask(wire, transport=1)).rcode() for _ in range(10)]
    assert rcodes.count(dns.rcode.REFUSED) == 6


def test_who_may_not_ask_is_refused_whatever_is_cached() -> None:
    resolving = limited(RateLimits())
    wire = query("localhost", edns=1232)
    assert parsed(resolving.ask(wire)).answer
    for transport in (0, 1):
        for name in ("localhost", "www.example.net"):
            got = resolving.ask(query(name, edns=1232), "192.0.2.1", transport)
            message = parsed(got)
            assert message.rcode() == dns.rcode.REFUSED
            assert not message.answer
            if transport:
                assert [code for code, _ in extended_errors(message)] == [18]
    assert not resolving.asked


def test_octets_that_are_no_query_get_nothing_from_a_limiter() -> None:
    resolving = limited()
    client = resolving.client()
    for wire in (b"", b"\xff" * 40, with_header(0x8100, rest=QUESTION), with_header(rest=b"\xc0\x0c\0\1\0\1")):
        assert limited_reply(wire, client, 0) is None
