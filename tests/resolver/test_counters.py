"""Each query moves exactly one counter of its profile, that of its transport and outcome."""

from __future__ import annotations

import dns.flags
import pytest

from filterdns.config.settings import OwnRecord, RateLimits, Settings
from filterdns.names import parse_name
from filterdns.resolver.counters import (
    CACHED,
    CANARY,
    DROPPED,
    FAILED,
    FILTERED,
    FORWARDED,
    HOUSEHOLD,
    LIMITED,
    LOCAL,
    MALFORMED,
    OUTCOMES,
    REFUSED_,
    RESTRICTED,
    STALE,
    TCP,
)
from tests.messages import query, reply
from tests.resolver.listed import CATEGORIES, names, profile_of, resolver
from tests.resolving import Resolving

BIT = {category.id: category.bit for category in CATEGORIES}
LISTED = {
    "casino.example": "gambling",
    "bad.example": "malware",
    "closed.example": "restricted_legal",
    "held.example": "HOLD",
}


def made() -> Resolving:
    settings = Settings(own_records=(OwnRecord(parse_name("nas.home.arpa"), 1, b"\xc0\xa8\0\1"),))
    rules = {"deny": names("annoying.example"), "canaries": True}

    def upstream(asked: bytes) -> bytes | None:
        if b"silent" in asked:
            return None
        return reply(asked, ["www.example.net. 5 A 192.0.2.1"] if b"\3www" in asked else None)

    return resolver(LISTED, upstream, profile_of(**rules), settings=settings)


def moved(resolving: Resolving, wire: bytes, tcp: int = 0, address: str = "127.0.0.1") -> dict[int, int]:
    counts = resolving.profiles.all[0].counts
    before = list(counts)
    resolving.ask(wire, address, tcp)
    return {slot: after - old for slot, (old, after) in enumerate(zip(before, counts, strict=True)) if after != old}


@pytest.mark.parametrize(
    ("wire", "slot"),
    [
        (query("www.example.net"), FORWARDED),
        (query("silent.example.net"), FAILED),
        (query("casino.example"), FILTERED + BIT["gambling"]),
        (query("casino.example", "ANY", edns=1232), FILTERED + BIT["gambling"]),
        (query("casino.example", flags=dns.flags.RD | dns.flags.CD), FILTERED + BIT["gambling"]),
        (query("bad.example"), FILTERED + BIT["malware"]),
        (query("held.example"), FILTERED),
        (query("closed.example"), RESTRICTED),
        (query("annoying.example"), HOUSEHOLD),
        (query("localhost"), LOCAL),
        (query("nas.home.arpa"), LOCAL),
        (query("filterdns.test"), LOCAL),
        (query("www.example.net", "ANY"), LOCAL),
        (query("mask.icloud.com"), CANARY),
        (query("example.net", "AXFR"), REFUSED_),
        (query("www.example.net", flags=0), REFUSED_),
        (query("www.example.net") + b"x", MALFORMED),
        (query("www.example.net", flags=0x2900), MALFORMED),
        (query("www.example.net", flags=0x8180), DROPPED),
        (b"", DROPPED),
    ],
)
@pytest.mark.parametrize("tcp", [0, 1])
def test_one_query_one_counter(wire: bytes, slot: int, tcp: int) -> None:
    assert moved(made(), wire, tcp) == {slot + tcp * TCP: 1}


@pytest.mark.parametrize("tcp", [0, 1])
def test_from_the_cache_and_stale(tcp: int) -> None:
    resolving = resolver({}, lambda asked: reply(asked, ["www.example.net. 5 A 192.0.2.1"]))
    wire = query("www.example.net")
    assert moved(resolving, wire, tcp) == {FORWARDED + tcp * TCP: 1}
    assert moved(resolving, wire, tcp) == {CACHED + tcp * TCP: 1}
    resolving.clock.advance(60)
    resolving.upstream = lambda asked: None
    for _ in range(2):
        assert moved(resolving, wire, tcp) == {STALE + tcp * TCP: 1}


@pytest.mark.parametrize("tcp", [0, 1])
def test_over_the_rate_and_from_elsewhere(tcp: int) -> None:
    settings = Settings(rates=RateLimits(client_queries_a_second=1, client_burst=1))
    resolving = resolver({}, profile=profile_of(), settings=settings)
    assert moved(resolving, query("localhost"), tcp) == {LOCAL + tcp * TCP: 1}
    assert moved(resolving, query("localhost"), tcp) == {LIMITED + tcp * TCP: 1}
    assert moved(resolving, query("localhost"), tcp, "192.0.2.1") == {REFUSED_ + tcp * TCP: 1}


def test_outcomes_and_categories_do_not_share_a_slot() -> None:
    assert len(OUTCOMES) <= FILTERED
    assert FILTERED + 63 < TCP
