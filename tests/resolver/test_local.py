"""Names that are answered here, and those that the configuration forwards instead."""

from __future__ import annotations

import dns.message
import dns.rcode
import pytest

from filterdns.config.settings import Address, ClientNetwork, ForwardedZone, OwnRecord, Settings, UpstreamServer
from filterdns.names import parse_name
from filterdns.resolver.message.layout import AAAA, CNAME, PTR, A
from filterdns.resolver.miss import Miss
from filterdns.resolver.policy.special_use import CANARIES
from tests.messages import query, reply
from tests.resolver.listed import profile_of, resolver
from tests.resolving import Resolving, parsed, silent
from tests.scenarios.expect import extended_errors, rows

SERVER = (UpstreamServer(Address("192.0.2.53", 53)),)
CANARY_NAMES = ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "dns-tunnel-check.googlezip.net"]


def own(owner: str, rtype: int, rdata: bytes | str) -> OwnRecord:
    return OwnRecord(parse_name(owner), rtype, rdata if isinstance(rdata, bytes) else parse_name(rdata))


OWN = (
    own("nas.home.arpa", A, b"\xc0\xa8\x07\x02"),
    own("nas.home.arpa", A, b"\xc0\xa8\x07\x03"),
    own("nas.home.arpa", AAAA, b"\xfd" + b"\0" * 14 + b"\2"),
    own("files.home.arpa", CNAME, "nas.home.arpa"),
    own("music.home.arpa", CNAME, "files.home.arpa"),
    own("loop.home.arpa", CNAME, "pool.home.arpa"),
    own("pool.home.arpa", CNAME, "loop.home.arpa"),
    own("deep.garden.shed.home.arpa", A, b"\xc0\xa8\x07\x04"),
    own("2.7.168.192.in-addr.arpa", PTR, "nas.home.arpa"),
    own("printer.example.org", A, b"\xc0\xa8\x07\x05"),
)


def answering(**more: object) -> Resolving:
    settings = Settings(own_records=OWN, page_addresses=("192.168.7.1", "fd00::1"))
    for key, value in more.items():
        object.__setattr__(settings, key, value)
    return resolver({}, silent, profile_of(canaries=True), settings=settings)


def ask(resolving: Resolving, name: str, rtype: str = "A") -> dns.message.Message:
    return parsed(resolving.ask(query(name, rtype)))


def zones(*texts: str) -> dict[str, tuple[ForwardedZone, ...]]:
    return {"forwarded_zones": tuple(ForwardedZone(parse_name(text), SERVER) for text in texts)}


def miss_for(resolving: Resolving, name: str, rtype: str = "A") -> Miss | bytes | None:
    return resolving.pipeline.answer_now(query(name, rtype), resolving.client(), resolving.clock.now(), 0)


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "www.localhost", "a.b.localhost"])
def test_localhost_is_this_machine(name: str) -> None:
    resolving = answering()
    assert [row[3] for row in rows(ask(resolving, name, "A").answer)] == ["127.0.0.1"]
    assert [row[3] for row in rows(ask(resolving, name, "AAAA").answer)] == ["::1"]
    nodata = ask(resolving, name, "MX")
    assert (nodata.rcode(), nodata.answer, len(nodata.authority)) == (dns.rcode.NOERROR, [], 1)


@pytest.mark.parametrize(
    "name",
    [
        *("x.test", "foo.invalid", "printer.local", "something.alt", "unknown.home.arpa"),
        "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
        *("1.0.0.10.in-addr.arpa", "9.9.16.172.in-addr.arpa", "9.9.31.172.in-addr.arpa", "1.1.168.192.in-addr.arpa"),
        *("1.1.254.169.in-addr.arpa", "1.64.100.in-addr.arpa", "9.127.100.in-addr.arpa", "2.0.0.127.in-addr.arpa"),
        *("1.d.f.ip6.arpa", "8.e.f.ip6.arpa", "b.e.f.ip6.arpa", "1.8.b.d.0.1.0.0.2.ip6.arpa"),
        *("1.2.0.192.in-addr.arpa", "255.255.255.255.in-addr.arpa", "1.0.0.0.in-addr.arpa"),
    ],
)
def test_names_of_special_use_do_not_exist_and_are_not_asked_for(name: str) -> None:
    """RFC 6761, 7686, 6762, 9476, 8375, 6303, 7793."""
    resolving = answering()
    for rtype in ("A", "PTR", "HTTPS"):
        message = ask(resolving, name, rtype)
        exists = name in ("8.e.f.ip6.arpa", "b.e.f.ip6.arpa", "255.255.255.255.in-addr.arpa")  # the zone itself
        assert message.rcode() == (dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
        assert not message.answer
        assert [row[2] for row in rows(message.authority)] == ["SOA"]
        assert name.endswith(message.authority[0].name.to_text(omit_final_dot=True))
    assert not resolving.asked


@pytest.mark.parametrize(
    "name",
    [
        *("8.8.8.8.in-addr.arpa", "1.1.32.172.in-addr.arpa", "1.1.15.172.in-addr.arpa", "1.1.63.100.in-addr.arpa"),
        *("1.128.100.in-addr.arpa", "1.c.e.f.ip6.arpa", "1.0.0.2.ip6.arpa", "example.arpa", "notlocalhost.net"),
        *("localhost.example.net", "xtest", "test.net", "invalid.example", "onion.ly", "arpa", "com", "."),
    ],
)
def test_names_beside_them_are_asked_for(name: str) -> None:
    assert isinstance(miss_for(answering(), name, "PTR"), Miss)


@pytest.mark.parametrize("rtype", ["SVCB", "A", "AAAA", "HTTPS"])
@pytest.mark.parametrize("more", [{}, zones("resolver.arpa"), zones("arpa"), zones("_dns.resolver.arpa")])
def test_discovery_of_encrypted_resolvers_never_leaves(rtype: str, more: dict[str, object]) -> None:
    """RFC 9462: `_dns.resolver.arpa` exists and has nothing, everything else below resolver.arpa does not exist."""
    resolving = answering(**more)
    message = ask(resolving, "_dns.resolver.arpa", rtype)
    assert (message.rcode(), message.answer) == (dns.rcode.NOERROR, [])
    assert ask(resolving, "resolver.arpa", rtype).rcode() == dns.rcode.NOERROR
    assert ask(resolving, "other.resolver.arpa", rtype).rcode() == dns.rcode.NXDOMAIN
    assert not resolving.asked


def test_our_own_pages_have_a_name_whatever_is_forwarded() -> None:
    for more in ({}, zones("home.arpa")):
        resolving = answering(**more)
        assert [row[3] for row in rows(ask(resolving, "filter.home.arpa").answer)] == ["192.168.7.1"]
        assert [row[3] for row in rows(ask(resolving, "filter.home.arpa", "AAAA").answer)] == ["fd00::1"]
        assert not ask(resolving, "filter.home.arpa", "HTTPS").answer
        assert ask(resolving, "filter.home.arpa", "HTTPS").rcode() == dns.rcode.NOERROR


def test_own_records_of_each_type() -> None:
    resolving = answering()
    assert {row[3] for row in rows(ask(resolving, "NAS.home.arpa").answer)} == {"192.168.7.2", "192.168.7.3"}
    assert [row[3] for row in rows(ask(resolving, "nas.home.arpa", "AAAA").answer)] == ["fd00::2"]
    assert [row[3] for row in rows(ask(resolving, "2.7.168.192.in-addr.arpa", "PTR").answer)] == ["nas.home.arpa."]
    assert [row[3] for row in rows(ask(resolving, "printer.example.org").answer)] == ["192.168.7.5"]
    assert not resolving.asked


def test_own_aliases_are_followed_among_own_names() -> None:
    message = ask(answering(), "music.home.arpa")
    assert [(name, rtype) for name, _, rtype, _ in rows(message.answer)] == [
        ("music.home.arpa", "CNAME"),
        ("files.home.arpa", "CNAME"),
        ("nas.home.arpa", "A"),
        ("nas.home.arpa", "A"),
    ]
    alone = ask(answering(), "music.home.arpa", "CNAME")
    assert [row[2:] for row in rows(alone.answer)] == [("CNAME", "files.home.arpa.")]


def test_own_aliases_in_a_circle_end() -> None:
    message = ask(answering(), "loop.home.arpa")
    assert message.rcode() in (dns.rcode.NOERROR, dns.rcode.SERVFAIL)


@pytest.mark.parametrize(
    ("name", "rtype"),
    [
        ("nas.home.arpa", "MX"),
        ("deep.garden.shed.home.arpa", "AAAA"),
        ("garden.shed.home.arpa", "A"),  # an empty non-terminal (RFC 8020)
        ("shed.home.arpa", "A"),
        ("home.arpa", "A"),
        ("printer.example.org", "AAAA"),
        ("2.7.168.192.in-addr.arpa", "TXT"),
        ("7.168.192.in-addr.arpa", "PTR"),
    ],
)
def test_names_that_are_there_with_other_types_have_nodata(name: str, rtype: str) -> None:
    message = ask(answering(), name, rtype)
    assert (message.rcode(), message.answer) == (dns.rcode.NOERROR, [])
    assert [row[2] for row in rows(message.authority)] == ["SOA"]


def test_names_around_an_own_record_in_the_public_tree_are_asked_for() -> None:
    resolving = answering()
    for name in ("example.org", "www.example.org", "below.printer.example.org"):
        assert isinstance(miss_for(resolving, name), Miss)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("lan", "tv.lan"),
        ("test", "x.test"),
        ("home.arpa", "tv.home.arpa"),
        ("168.192.in-addr.arpa", "1.7.168.192.in-addr.arpa"),
        ("7.168.192.in-addr.arpa", "1.7.168.192.in-addr.arpa"),
        ("d.f.ip6.arpa", "1.d.f.ip6.arpa"),
        ("corp.example", "www.corp.example"),
        ("corp.example", "corp.example"),
    ],
)
def test_a_forwarded_zone_goes_to_its_server_and_may_answer_privately(zone: str, name: str) -> None:
    miss = miss_for(answering(**zones("unrelated.example", zone)), name, "PTR")
    assert isinstance(miss, Miss)
    assert (miss.route, miss.private_ok) == (2, True)


def test_the_longest_forwarded_zone_takes_a_name_and_own_records_stand_before_it() -> None:
    resolving = answering(**zones("lan", "deep.lan", "home.arpa"))
    for name, route in (("a.lan", 1), ("a.deep.lan", 2), ("deep.lan", 2), ("xdeep.lan", 1), ("a.example.org", 0)):
        miss = miss_for(resolving, name)
        assert isinstance(miss, Miss)
        assert miss.route == route
    assert ask(resolving, "nas.home.arpa").answer


def test_a_zone_below_a_local_one_can_be_forwarded_alone() -> None:
    resolving = answering(**zones("7.168.192.in-addr.arpa"))
    assert isinstance(miss_for(resolving, "9.7.168.192.in-addr.arpa", "PTR"), Miss)
    assert ask(resolving, "9.8.168.192.in-addr.arpa", "PTR").rcode() == dns.rcode.NXDOMAIN


def test_rebinding_exceptions_hold_for_their_zone_and_below() -> None:
    resolving = answering(rebinding_exceptions=(parse_name("plex.direct"),))
    for name, private in (("plex.direct", True), ("a.b.plex.direct", True), ("xplex.direct", False)):
        miss = miss_for(resolving, name)
        assert isinstance(miss, Miss)
        assert (miss.route, miss.private_ok) == (0, private)


@pytest.mark.parametrize("more", [{}, zones("test"), zones("filterdns.test")])
def test_filterdns_test_is_evaluated_like_any_name_and_never_asked_for(more: dict[str, object]) -> None:
    settings = Settings(**more)  # type: ignore[arg-type]
    resolving = resolver({"adult.filterdns.test": "adult"}, silent, profile_of(["adult"]), settings=settings)
    filtered = parsed(resolving.ask(query("adult.filterdns.test", edns=1232)))
    assert filtered.rcode() == dns.rcode.NXDOMAIN
    assert [code for code, _ in extended_errors(filtered)] == [17]
    for name in ("filterdns.test", "games.filterdns.test"):
        assert parsed(resolving.ask(query(name, "TXT"))).answer
        nodata = parsed(resolving.ask(query(name)))
        assert (nodata.rcode(), nodata.answer) == (dns.rcode.NOERROR, [])
    assert not resolving.asked


@pytest.mark.parametrize("name", CANARY_NAMES)
def test_canaries_are_answered_where_the_profile_asks_for_it(name: str) -> None:
    assert parse_name(name) in CANARIES
    for rtype in ("A", "AAAA", "HTTPS"):
        assert ask(answering(), name.upper(), rtype).rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize("first", ["127.0.0.1", "127.0.0.2"])
@pytest.mark.parametrize("name", CANARY_NAMES)
def test_canaries_are_answered_only_where_the_profile_asks_for_it_also_when_cached(name: str, first: str) -> None:
    free = profile_of([], canaries=False)
    object.__setattr__(free, "id", "free")
    settings = Settings(clients=(ClientNetwork("127.0.0.2/32", "free"),))
    upstream = lambda asked: reply(asked, [f"{name}. 300 A 192.0.2.1"])  # noqa: E731
    resolving = resolver({}, upstream, profile_of(canaries=True), free, settings=settings)
    resolving.ask(query(name), first)
    for _ in range(3):
        assert parsed(resolving.ask(query(name), "127.0.0.1")).rcode() == dns.rcode.NXDOMAIN
        assert parsed(resolving.ask(query(name), "127.0.0.2")).answer
        resolving.clock.advance(1)


def test_a_list_does_not_take_local_names_away() -> None:
    settings = Settings(own_records=OWN)
    resolving = resolver({"localhost": "malware", "home.arpa": "adult"}, silent, settings=settings)
    assert ask(resolving, "localhost").answer
    assert ask(resolving, "nas.home.arpa").answer
