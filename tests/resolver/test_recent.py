"""The answers of this second: which enter, how long they stay, and that they say what the pipeline says."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import pytest

from filterdns.config.settings import Action, ClientNetwork, ProfileSettings, Settings, Window
from filterdns.resolver.recent import MOST_RECENT
from tests.messages import query, reply
from tests.resolver.listed import index_of, profile_of, resolver
from tests.resolving import Resolving, parsed, silent
from tests.scenarios.expect import rows

LISTED = {"casino.example": "gambling", "play.example": "games"}


def address(asked: bytes, ttl: int = 300, count: int = 1) -> bytes:
    question = dns.message.from_wire(asked).question[0]
    lines = [f"{question.name} {ttl} A 192.0.2.{n + 1}" for n in range(count)]
    return reply(asked, lines if question.rdtype == 1 else None)


def made(upstream: Any = address, *profiles: ProfileSettings, **settings: Any) -> Resolving:
    first = profiles[0] if profiles else profile_of()
    return resolver(LISTED, upstream, first, *profiles[1:], settings=Settings(**settings))


def recent(resolving: Resolving) -> dict[bytes, tuple[bytes, int]]:
    return resolving.client().profile.recent


def warm(resolving: Resolving, wire: bytes, transport: int = 0) -> bytes:
    """Ask twice: the second answer is from the cache."""
    resolving.ask(wire, transport=transport)
    got = resolving.ask(wire, transport=transport)
    assert got is not None
    return got


@pytest.mark.parametrize("edns", [None, 1232])
@pytest.mark.parametrize("name", ["www.example.net", "casino.example", "www.casino.example"])
def test_what_is_cached_or_filtered_is_answered_again_with_the_same_octets(name: str, edns: int | None) -> None:
    resolving = made()
    wire = query(name, edns=edns)
    first = warm(resolving, wire)
    assert recent(resolving)[wire[2:]][0] == first[2:]
    again = resolving.ask(b"\xab\xcd" + wire[2:])
    assert again == b"\xab\xcd" + first[2:]


def test_they_last_one_second() -> None:
    resolving = made()
    wire = query("casino.example")
    warm(resolving, wire)
    resolving.clock.seconds = 1000.999
    assert resolving.ask(wire)
    assert recent(resolving)
    resolving.clock.seconds = 1001.0
    resolving.ask(query("other.example.net"))
    assert wire[2:] not in recent(resolving)


def test_their_ttls_are_those_of_the_seconds_end() -> None:
    resolving = made()
    wire = query("www.example.net")
    got = warm(resolving, wire)
    assert rows(parsed(got).answer)[0][1] <= 299


def test_an_answer_without_a_ttl_left_does_not_enter() -> None:
    resolving = made(lambda asked: address(asked, 2))
    wire = query("www.example.net")
    warm(resolving, wire)
    assert wire[2:] in recent(resolving)
    resolving.clock.advance(1)
    assert rows(parsed(resolving.ask(wire)).answer)[0][1] == 0
    assert wire[2:] not in recent(resolving)


def test_servfail_does_not_enter() -> None:
    resolving = made(silent)
    warm(resolving, query("www.example.net"))
    assert not recent(resolving)


def test_stale_answers_do_not_enter() -> None:
    resolving = made(lambda asked: address(asked, 5))
    wire = query("www.example.net")
    warm(resolving, wire)
    resolving.upstream = silent
    resolving.clock.advance(10)
    assert parsed(warm(resolving, wire)).answer
    assert wire[2:] not in recent(resolving)


@pytest.mark.parametrize("name", ["www.example.net", "casino.example"])
def test_the_answer_to_a_cookie_does_not_enter(name: str) -> None:
    """RFC 7873: such a query is not the same twice."""
    resolving = made()
    cookie = dns.edns.GenericOption(10, b"abcdefgh")
    wire = dns.message.make_query(name, "A", use_edns=0, options=[cookie]).to_wire()
    warm(resolving, wire)
    assert wire[2:] not in recent(resolving)


def test_what_is_over_512_octets_does_not_enter() -> None:
    resolving = made(lambda asked: address(asked, count=60))
    wire = query("www.example.net", edns=1232)
    assert len(warm(resolving, wire)) > 512
    assert not recent(resolving)


def test_answers_over_tcp_do_not_enter() -> None:
    resolving = made()
    for name in ("www.example.net", "casino.example"):
        warm(resolving, query(name), transport=1)
    assert not recent(resolving)


def test_what_a_limiter_truncated_does_not_enter() -> None:
    resolving = made()
    wire = query("casino.example")
    client = resolving.client()
    client.budget = 0
    client.granted_at = 10.0**9
    got = resolving.ask(wire)
    assert parsed(got).flags & dns.flags.TC
    assert not recent(resolving)


def test_a_full_table_takes_no_more_and_answers_go_on() -> None:
    resolving = made()
    client = resolving.client()
    for number in range(MOST_RECENT + 500):
        client.budget = 1000
        assert resolving.ask(query(f"n{number}.casino.example"))
    assert len(recent(resolving)) == MOST_RECENT


def test_profiles_do_not_share_them() -> None:
    resolving = made(address, profile_of(), ProfileSettings("free"), clients=(ClientNetwork("127.0.0.2/32", "free"),))
    wire = query("casino.example")
    for _ in range(3):
        assert not parsed(resolving.ask(wire, "127.0.0.1")).answer
        assert parsed(resolving.ask(wire, "127.0.0.2")).answer


def test_flags_and_letter_case_are_part_of_the_question() -> None:
    resolving = made()
    for wire in (query("casino.example"), query("CASINO.example"), query("casino.example", dnssec=True)):
        for _ in range(2):
            got = resolving.ask(wire)
            assert got is not None
            assert got[12 : 12 + 20] == wire[12 : 12 + 20]
    assert len(recent(resolving)) == 3


def test_a_release_is_felt_at_once() -> None:
    resolving = made()
    wire = query("www.example.net")
    assert parsed(warm(resolving, wire)).answer
    resolving.pipeline.use_release(index_of({"example.net": "adult"}))
    assert not parsed(resolving.ask(wire)).answer


def test_a_boundary_of_time_is_felt_within_a_second() -> None:
    child = ProfileSettings(
        "home", {"games": Action.TIME}, (Window(frozenset(range(7)), 720, 721),)
    )  # from 12:00 to 12:01 UTC, and it is 12:00
    resolving = made(address, child)
    wire = query("play.example")
    resolving.clock.advance(59)
    assert parsed(warm(resolving, wire)).answer
    resolving.clock.advance(1)
    assert not parsed(resolving.ask(wire)).answer


def test_a_long_query_does_not_enter_so_that_the_table_is_bounded_in_octets() -> None:
    resolving = made()
    for name in ("www.example.net", "casino.example"):
        wire = dns.message.make_query(name, "A", use_edns=0, pad=1_000).to_wire(max_size=65_535)
        assert warm(resolving, wire)
    assert not recent(resolving)


def test_who_sends_every_size_of_edns_there_is_does_not_slow_down_the_others_for_ever() -> None:
    resolving = made()
    ordinary = query("casino.example", edns=1232)
    for size in range(512, 900):
        resolving.ask(query("localhost", edns=size))
    resolving.ask(ordinary)
    assert ordinary[-11:] in resolving.pipeline.tails
    assert len(resolving.pipeline.tails) <= 256
