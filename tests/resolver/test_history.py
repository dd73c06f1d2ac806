"""What was asked before does not matter: a resolver with a past says what a new one would say.

Caches, remembered verdicts, stock and the answers of this second are all there to be fast. A new resolver has none of
them, so it is the oracle: same release, same time, same client, same question.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dns.flags
import dns.message
import pytest

from filterdns.categories import P1, P2
from filterdns.config.settings import (
    Action,
    Answer,
    CacheLimits,
    ClientNetwork,
    OwnRecord,
    ProfileSettings,
    Settings,
    Window,
)
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.names import parse_name
from filterdns.resolver.policy.profile import Profile
from tests.messages import query, reply
from tests.resolver.listed import CATEGORIES, IDS, index_of, names
from tests.resolving import Resolving, parsed
from tests.scenarios.expect import extended_errors, rows

TARGETS = {
    "alias.example.net": "casino.example",
    "to-play.example.net": "play.example",
    "chat.help.example": "cdn.bad.example",
    "clinic.example": "cdn.bad.example",
    "ok.annoying.example": "casino.example",
}
NAMES = [
    *TARGETS,
    *("casino.example", "www.casino.example", "play.example", "www.play.example", "plain.example.net"),
    *("good.casino.example", "annoying.example", "mask.icloud.com", "nas.home.arpa", "games.filterdns.test"),
    *("closed.example", "parent.casino.example", "gone.example.net"),
]
RELEASES = [
    index_of({}),
    index_of(
        {
            "casino.example": "gambling",
            "play.example": "games",
            "bad.example": "malware",
            "help.example": "P1",
            "clinic.example": "P2 adult",
            "closed.example": "restricted_legal",
            "games.filterdns.test": "games",
        }
    ),
    index_of(
        {
            "casino.example": "games ALLOWED_BELOW",
            "good.casino.example": "adult gambling P2",
            "plain.example.net": "=adult",
            "play.example": "gambling malware",
            "bad.example": "legal_order",
            "help.example": "HOLD P1",
            "icloud.com": "social",
        }
    ),
]
NOON = (Window(frozenset(range(7)), 720, 722),)
EVERYTHING = dict.fromkeys(IDS, Action.FILTER)
PROFILES = (
    ProfileSettings("strict", EVERYTHING, canaries=True),
    ProfileSettings("free", canaries=False),
    ProfileSettings("null", EVERYTHING, answer=Answer.NULL, canaries=False),
    ProfileSettings("timed", {"games": Action.TIME, "malware": Action.FILTER}, NOON, canaries=False),
    ProfileSettings(
        "rules",
        EVERYTHING,
        allow=names("good.casino.example", "ok.annoying.example"),
        deny=names("annoying.example", "plain.example.net"),
    ),
)
SETTINGS = Settings(
    profiles=PROFILES,
    default_profile="strict",
    clients=tuple(ClientNetwork(f"127.0.0.{n}/32", profile.id) for n, profile in enumerate(PROFILES, 1)),
    own_records=(OwnRecord(parse_name("nas.home.arpa"), 1, b"\xc0\xa8\0\1"),),
    cache=CacheLimits(octets=24_000),
)
BEGIN = datetime(2026, 11, 25, 11, 59, tzinfo=UTC)


def upstream(asked: bytes) -> bytes:
    question = dns.message.from_wire(asked).question[0]
    name = question.name.to_text(omit_final_dot=True).lower()
    soa = ["example.net. 30 SOA a.example.net. b.example.net. 1 2 3 4 30"]
    if name == "gone.example.net":
        return reply(asked, rcode="NXDOMAIN", authority=soa)
    if question.rdtype != 1:
        return reply(asked, authority=[line.replace("example.net. 30", f"{name}. 30") for line in soa])
    if target := TARGETS.get(name):
        return reply(asked, [f"{name}. 40 CNAME {target}.", f"{target}. 200 A 192.0.2.1"])
    return reply(asked, [f"{name}. {90 if 'w' in name else 7} A 192.0.2.2"])


def resolving(release: ReleaseIndex) -> Resolving:
    return Resolving(SETTINGS, release, CATEGORIES, upstream)


@dataclass(frozen=True)
class Ask:
    name: str
    rtype: str
    client: int
    edns: bool
    flags: int
    tcp: int

    def wire(self) -> bytes:
        return query(self.name, self.rtype, edns=1232 if self.edns else None, flags=self.flags)


def story_about(name: str, number: int) -> Iterator[Ask | float | ReleaseIndex]:
    """Different profiles ask for the same two names again and again, while time passes and lists change."""
    draw = random.Random(f"{name} {number}")
    few = [name, name, name.upper(), draw.choice(NAMES)]
    for _ in range(50):
        if draw.random() < 0.25:
            yield draw.choice([0.2, 0.2, 0.5, 0.5, 1.0, 3.0, 20.0, 61.0, *RELEASES])
        else:
            yield Ask(
                draw.choice(few),
                draw.choice(["A"] * 6 + ["HTTPS", "TYPE97", "ANY"]),
                draw.randint(1, len(PROFILES)),
                draw.random() < 0.25,
                draw.choice([dns.flags.RD] * 5 + [dns.flags.RD | dns.flags.CD, dns.flags.RD | dns.flags.AD]),
                int(draw.random() < 0.2),
            )


def said(made: Resolving, ask: Ask) -> dns.message.Message:
    return parsed(made.ask(ask.wire(), f"127.0.0.{ask.client}", ask.tcp))


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("name", NAMES)
def test_a_resolver_with_a_past_says_what_a_new_one_says(name: str, number: int) -> None:
    release = RELEASES[1]
    old = resolving(release)
    old.clock.wall = BEGIN
    begun: list[tuple[float, datetime]] = []
    begin_second = old.pipeline.new_second

    def new_second(now: float) -> None:
        begun.append((now, old.clock.when()))
        begin_second(now)

    old.pipeline.new_second = new_second  # type: ignore[method-assign]
    new_second(old.clock.now())
    for step in story_about(name, number):
        if isinstance(step, float):
            old.clock.advance(step)
        elif isinstance(step, ReleaseIndex):
            release = step
            old.pipeline.use_release(release)
        else:
            got = said(old, step)
            new = resolving(release)
            new.clock.seconds, new.clock.wall = begun[-1]  # what is by time was decided then
            new.pipeline.new_second(new.clock.now())
            compare(got, said(new, step))
            check_times(old, step, got)


def compare(got: dns.message.Message, expected: dns.message.Message) -> None:
    assert got.rcode() == expected.rcode()
    assert got.flags == expected.flags
    assert got.edns == expected.edns
    assert extended_errors(got) == extended_errors(expected)
    assert [(r[0], r[2], r[3]) for r in rows(got.answer)] == [(r[0], r[2], r[3]) for r in rows(expected.answer)]
    assert [(r[0], r[2]) for r in rows(got.authority)] == [(r[0], r[2]) for r in rows(expected.authority)]
    records = zip(rows([*got.answer, *got.authority]), rows([*expected.answer, *expected.authority]), strict=True)
    assert all(mine[1] <= theirs[1] for mine, theirs in records), "no TTL is longer"


def check_times(made: Resolving, ask: Ask, got: dns.message.Message) -> None:
    """No answer in a category that the profile has by time reaches past the boundary."""
    profile: Profile = made.profiles.all[ask.client - 1]
    if profile.id != "timed":
        return
    find = made.pipeline.listings.find
    mask = find(parse_name(ask.name)) | find(parse_name(TARGETS.get(ask.name.lower(), ".")))
    if not mask & profile.timed or mask & (P1 | P2) or "test" in ask.name.lower() or ask.rtype == "ANY":
        return
    closes = BEGIN + timedelta(minutes=3)
    for _, ttl, _, _ in rows(got.answer):
        assert ttl <= 60
        assert made.clock.when() + timedelta(seconds=ttl) <= closes
