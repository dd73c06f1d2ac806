"""The order of the steps of one query: cache, stale data, failures, prefetch, flags, what a reload changes."""

from __future__ import annotations

from dataclasses import replace

import dns.flags
import dns.message
import dns.rcode
import pytest

from filterdns.config.settings import Address, CacheLimits, ForwardedZone, OwnRecord, Settings, UpstreamServer
from filterdns.names import parse_name
from filterdns.resolver.message.layout import A
from filterdns.resolver.miss import Miss
from filterdns.resolver.policy.profile import Profiles
from tests.messages import query, reply
from tests.resolver.listed import CATEGORIES, index_of, names, profile_of, resolver
from tests.resolving import Resolving, Upstream, parsed, silent
from tests.scenarios.expect import extended_errors, rows

SOA = ["example.net. 900 SOA ns.example.net. root.example.net. 1 2 3 4 60"]
LISTED = {"help.example": "P1", "casino.example": "gambling"}


def address(ttl: int = 300, rtype: str = "A", rdata: str = "192.0.2.1") -> Upstream:
    """An upstream that has one record for every name, with the question's letter case."""

    def answer(asked: bytes) -> bytes:
        name = dns.message.from_wire(asked).question[0].name.to_text()
        return reply(asked, [f"{name} {ttl} {rtype} {rdata}"])

    return answer


def made(upstream: Upstream | None = None, **limits: int | float) -> Resolving:
    settings = Settings(cache=replace(CacheLimits(), **limits))  # type: ignore[arg-type]
    return resolver(LISTED, upstream or address(), settings=settings)


def ask(resolving: Resolving, name: str = "www.example.net", rtype: str = "A", **more: object) -> dns.message.Message:
    return parsed(resolving.ask(query(name, rtype, **more)))  # type: ignore[arg-type]


def ttls(message: dns.message.Message) -> list[int]:
    return [row[1] for row in [*rows(message.answer), *rows(message.authority)]]


# Letter case, flags and variants


def test_the_letter_case_of_each_question_comes_back_and_does_not_split_the_cache() -> None:
    resolving = made()
    for name in ("www.example.net", "WWW.example.NET", "wWw.ExAmPlE.nEt"):
        wire = query(name)
        got = resolving.ask(wire)
        assert got is not None
        assert got[12 : len(wire)] == wire[12:]
        assert parsed(got).answer[0].name.to_text() == name + "."
    assert len(resolving.asked) == 1


@pytest.mark.parametrize(("one", "other"), [("TYPE65", "TYPE97"), ("TYPE90", "TYPE122"), ("TYPE16705", "TYPE24929")])
def test_types_that_differ_like_letters_are_different_types(one: str, other: str) -> None:
    resolving = resolver({}, lambda asked: reply(asked, authority=SOA))
    resolving.ask(query("www.example.net", one))
    resolving.ask(query("www.example.net", other))
    assert [asked[-4:] for asked in resolving.asked] == [query("x", t)[-4:] for t in (one, other)]


def test_answers_to_do_and_cd_are_kept_apart() -> None:
    resolving = made()
    for _ in range(2):
        for flags in (dns.flags.RD, dns.flags.RD | dns.flags.CD):
            for dnssec in (False, True):
                message = ask(resolving, flags=flags, dnssec=dnssec)
                assert bool(message.flags & dns.flags.CD) == bool(flags & dns.flags.CD)
                assert bool(message.ednsflags & dns.flags.DO) == dnssec
        resolving.clock.advance(1)
    assert len(resolving.asked) == 4


def test_edns_without_do_shares_the_cache_with_no_edns() -> None:
    resolving = made()
    assert ask(resolving).edns == -1
    assert ask(resolving, edns=1232).edns == 0
    assert ask(resolving, edns=4096).edns == 0
    assert len(resolving.asked) == 1


@pytest.mark.parametrize(
    ("flags", "dnssec", "ad"),
    [(dns.flags.RD, False, False), (dns.flags.RD | dns.flags.AD, False, True), (dns.flags.RD, True, True)],
)
def test_ad_is_for_those_who_can_read_it(flags: int, dnssec: bool, ad: bool) -> None:
    """RFC 6840 section 5.7 and 5.8, where the upstream is trusted; `accept` is told by the forwarder."""
    resolving = made(lambda asked: reply(asked, ["www.example.net. 300 A 192.0.2.1"], flags=dns.flags.AD))
    for _ in range(3):
        assert bool(ask(resolving, flags=flags, dnssec=dnssec).flags & dns.flags.AD) == ad
        resolving.clock.advance(1)


def test_no_answer_claims_to_be_authoritative() -> None:
    resolving = made()
    for name in ("www.example.net", "casino.example", "localhost", "filterdns.test"):
        assert not ask(resolving, name).flags & dns.flags.AA


@pytest.mark.parametrize("rtype", ["TYPE65280", "TYPE127", "TYPE1000", "HTTPS", "CAA", "TYPE65535"])
def test_a_type_that_we_do_not_know_is_asked_for_and_kept(rtype: str) -> None:
    resolving = made(lambda asked: reply(asked, authority=SOA))
    for _ in range(2):
        assert ask(resolving, rtype=rtype).rcode() == dns.rcode.NOERROR
    assert len(resolving.asked) == 1


# How long


def test_a_ttl_never_grows_and_ends_with_what_the_upstream_said() -> None:
    resolving = made(address(60))
    seen = ttls(ask(resolving))
    for _ in range(200):
        resolving.clock.advance(0.37)
        before = len(resolving.asked)
        got = ttls(ask(resolving))
        if before == len(resolving.asked):
            assert got <= seen[-1:]
        seen += got
    assert len(resolving.asked) == 2


def test_ttls_are_bounded() -> None:
    for said, got in ((10**6, 3600), (5, 30), (2**31, 30), (2**31 + 5, 30)):
        resolving = made(address(300), most_ttl_seconds=3600, least_ttl_seconds=30)
        wire = query("www.example.net")
        resolving.upstream = lambda asked, said=said: address(300)(asked).replace(b"\0\0\1\x2c", said.to_bytes(4))  # type: ignore[misc]
        assert ttls(parsed(resolving.ask(wire))) == [got]


def test_negative_answers_are_kept_for_the_soas_minimum_and_their_bound() -> None:
    """RFC 2308 section 5."""
    for rcode in ("NXDOMAIN", "NOERROR"):
        resolving = made(lambda asked, rcode=rcode: reply(asked, rcode=rcode, authority=SOA))
        assert ttls(ask(resolving)) == [60]
        resolving.clock.advance(30)
        assert 28 <= ttls(ask(resolving))[0] <= 30
        assert len(resolving.asked) == 1
        resolving.clock.advance(31)
        ask(resolving)
        assert len(resolving.asked) == 2
    long = [SOA[0].replace("900", "86400").replace(" 60", " 86400")]
    resolving = made(lambda asked: reply(asked, rcode="NXDOMAIN", authority=long))
    assert ttls(ask(resolving)) == [3600]


def test_a_negative_answer_without_soa_is_not_kept() -> None:
    resolving = made(lambda asked: reply(asked, rcode="NXDOMAIN"))
    for _ in range(3):
        assert ask(resolving).rcode() == dns.rcode.NXDOMAIN
    assert len(resolving.asked) == 3


def test_a_ttl_of_0_is_for_the_one_who_asked() -> None:
    resolving = made(address(0))
    for _ in range(3):
        assert ttls(ask(resolving)) == [0]
    assert len(resolving.asked) == 3


def test_nxdomain_is_kept_for_its_type_alone() -> None:
    resolving = made(lambda asked: reply(asked, rcode="NXDOMAIN", authority=SOA))
    ask(resolving)
    ask(resolving, rtype="AAAA")
    assert len(resolving.asked) == 2


# When upstreams fail


def test_a_failure_is_remembered_for_its_seconds_and_its_question() -> None:
    """RFC 9520 section 3."""
    resolving = made(silent, failure_seconds=5)
    for _ in range(2):
        message = ask(resolving, edns=1232)
        assert message.rcode() == dns.rcode.SERVFAIL
        assert [code for code, _ in extended_errors(message)] == [22]
    assert len(resolving.asked) == 1
    ask(resolving, "other.example.net")
    assert len(resolving.asked) == 2
    resolving.clock.advance(5)
    resolving.upstream = address()
    assert ask(resolving).answer


def test_stale_data_is_served_when_upstreams_fail_for_a_day_and_says_so() -> None:
    """RFC 8767: a TTL of 30 seconds; EDE 3, and 19 for a stale NXDOMAIN."""
    nothing = lambda asked: reply(asked, rcode="NXDOMAIN", authority=SOA)  # noqa: E731
    for upstream, code in ((address(60), 3), (nothing, 19)):
        resolving = made(upstream)
        fresh = ask(resolving)
        resolving.upstream = silent
        resolving.clock.advance(120)
        for _ in range(2):  # asked, then a remembered failure
            stale = ask(resolving, edns=1232)
            assert stale.rcode() == fresh.rcode()
            assert ttls(stale) == [30]
            assert [code for code, _ in extended_errors(stale)] == [code]
        assert len(resolving.asked) == 2
        resolving.clock.advance(86_400)
        assert ask(resolving, edns=1232).rcode() == dns.rcode.SERVFAIL


def test_stale_data_gives_way_to_fresh_data() -> None:
    resolving = made(address(60))
    ask(resolving)
    resolving.clock.advance(100)
    resolving.upstream = address(60, rdata="192.0.2.9")
    assert [row[3] for row in rows(ask(resolving).answer)] == ["192.0.2.9"]


def test_the_last_good_answer_of_a_helpline_is_kept_without_limit() -> None:
    resolving = made(address(60))
    ask(resolving, "www.help.example")
    ask(resolving, "www.example.net")
    resolving.upstream = silent
    resolving.clock.advance(40 * 86_400)
    assert ask(resolving, "www.example.net").rcode() == dns.rcode.SERVFAIL
    message = ask(resolving, "www.help.example", edns=1232)
    assert message.answer
    assert [code for code, _ in extended_errors(message)] == [3]


def test_the_last_good_answer_of_a_helpline_outlives_a_bad_one() -> None:
    resolving = made(address(60))
    ask(resolving, "www.help.example")
    resolving.clock.advance(100)
    resolving.upstream = lambda asked: reply(asked, rcode="NXDOMAIN", authority=SOA)
    ask(resolving, "www.help.example")
    resolving.clock.advance(2 * 86_400)
    resolving.upstream = silent
    assert ask(resolving, "www.help.example").answer


def test_what_is_filtered_does_not_depend_on_an_upstream() -> None:
    resolving = made(silent)
    assert ask(resolving, "casino.example").rcode() == dns.rcode.NXDOMAIN


def test_a_failure_says_its_reason_only_to_who_can_read_it() -> None:
    assert ask(made(silent)).edns == -1


# Prefetch


def prefetched(resolving: Resolving, name: str, seconds: float = 1) -> list[Miss]:
    asked: list[Miss] = []
    resolving.pipeline.prefetch = asked.append
    for _ in range(600):
        resolving.clock.advance(seconds)
        if resolving.clock.now() >= 1000 + 299:
            break
        resolving.ask(query(name))
    return asked


def test_what_is_popular_is_asked_for_again_shortly_before_its_end() -> None:
    resolving = made(address(300))
    ask(resolving)
    asked = prefetched(resolving, "www.example.net")
    assert asked
    assert len(asked) <= 12, "not each second"
    assert (asked[0].qname, asked[0].qtype) == (parse_name("www.example.net"), A)
    assert len(resolving.asked) == 1


def test_what_is_asked_for_twice_is_not_popular() -> None:
    resolving = made(address(300))
    ask(resolving)
    assert not prefetched(resolving, "www.example.net", seconds=140)


def test_a_prefetch_goes_where_the_question_would_go() -> None:
    server = (UpstreamServer(Address("192.0.2.53", 53)),)
    settings = Settings(
        forwarded_zones=(ForwardedZone(parse_name("corp.example"), server),),
        rebinding_exceptions=names("plex.direct"),
    )
    for name, route, private, protected in (
        ("www.corp.example", 1, True, False),
        ("a.plex.direct", 0, True, False),
        ("www.help.example", 0, False, True),
    ):
        resolving = resolver(LISTED, address(300), settings=settings)
        ask(resolving, name)
        asked = prefetched(resolving, name)
        assert [(m.route, m.private_ok, bool(m.protected)) for m in asked[:1]] == [(route, private, protected)]


def test_a_prefetched_answer_takes_the_place_of_the_old_one() -> None:
    resolving = made(address(300))
    ask(resolving)
    resolving.pipeline.prefetch = lambda miss: resolving.entry_for(miss, resolving.clock.now()) and None
    for _ in range(320):
        resolving.clock.advance(1)
        assert ask(resolving).answer
    assert len(resolving.asked) == 2


# What a reload changes


def test_a_new_configuration_is_felt_by_what_is_cached() -> None:
    resolving = made()
    server = (UpstreamServer(Address("192.0.2.53", 53)),)
    assert ask(resolving).answer
    record = OwnRecord(parse_name("www.example.net"), A, b"\xc0\xa8\0\1")
    for change in ({"own_records": (record,)}, {"forwarded_zones": (ForwardedZone(parse_name("net"), server),)}):
        settings = replace(Settings(), profiles=(profile_of(),), default_profile="home", **change)  # type: ignore[arg-type]
        resolving.pipeline.use_settings(settings, Profiles(settings.profiles, CATEGORIES))
        got = resolving.pipeline.answer_now(query("www.example.net"), resolving.client(), resolving.clock.now(), 0)
        assert isinstance(got, Miss) or rows(parsed(got).answer)[0][3] == "192.168.0.1"


def test_a_new_configuration_of_profiles_keeps_the_cache() -> None:
    resolving = made()
    ask(resolving)
    settings = Settings(profiles=(profile_of(["gambling"]),), default_profile="home")
    resolving.pipeline.use_settings(settings, Profiles(settings.profiles, CATEGORIES))
    assert resolving.pipeline.cache.positive.entries == 1


def test_a_release_with_other_categories_is_understood_at_once() -> None:
    resolving = made()
    ask(resolving)
    other = index_of({"example.net": "gambling"}, [("new_one", "content", 17), ("gambling", "content", 17)])
    resolving.profiles.use_categories(other.categories)
    resolving.pipeline.use_release(other)
    assert ask(resolving).rcode() == dns.rcode.NXDOMAIN
