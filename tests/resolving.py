"""The resolver in memory: a real index and the real pipeline; time is a number and the upstream a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import dns.message

from filterdns.config.settings import Action, CacheLimits, ProfileSettings, Settings
from filterdns.errors import WireFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.writer import Mark, write_index
from filterdns.names import parse_name
from filterdns.resolver.cache.entry import Entry
from filterdns.resolver.cache.store import Cache
from filterdns.resolver.limits.rate import Client, Clients
from filterdns.resolver.message.layout import EDE_NETWORK_ERROR, EDE_NO_REACHABLE_AUTHORITY
from filterdns.resolver.message.records import read_answer
from filterdns.resolver.miss import Miss
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.policy.clients import LOCAL_NETWORKS, Networks
from filterdns.resolver.policy.decision import Listings
from filterdns.resolver.policy.profile import Profiles
from filterdns.resolver.unusual import limited_reply

CATEGORIES = [("malware", "security", 15), ("gambling", "content", 17), ("games", "overuse", 17)]
BITS = {row[0]: 1 << 8 + number for number, row in enumerate(CATEGORIES)}
HOME = ProfileSettings("home", {"malware": Action.FILTER, "gambling": Action.FILTER, "games": Action.ALLOW})
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


class HandClock:
    """A clock that tests set."""

    def __init__(self, now: float = 1000.25, when: datetime = MONDAY) -> None:
        self.seconds, self.wall = now, when
        self.naps: list[float] = []

    def now(self) -> float:
        return self.seconds

    def when(self) -> datetime:
        return self.wall

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


def index_of(listed: Mapping[str, str], scope: str = "subdomains") -> ReleaseIndex:
    """A real index of name -> category, all with or all without their subdomains."""
    ids = list(dict.fromkeys(listed.values()))
    sets = [(), *((Mark(BITS[id_], scope == "subdomains"),) for id_ in ids)]
    names = {parse_name(name): ids.index(id_) + 1 for name, id_ in listed.items()}
    return ReleaseIndex(write_index(names, sets, CATEGORIES, 1, b"salt of tests"))


Upstream = Callable[[bytes], bytes | None]  # a query's octets -> a reply's, None for silence


class Resolving:
    """One worker without its sockets. `asked` are the queries that reached the upstream."""

    def __init__(self, settings: Settings, listings: Listings, categories: tuple, upstream: Upstream) -> None:  # type: ignore[type-arg]
        self.clock = HandClock()
        self.profiles = Profiles(settings.profiles, categories)
        self.cache = Cache(settings.cache)
        self.pipeline = Pipeline(settings, self.profiles, listings, self.cache, self.clock)  # type: ignore[arg-type]
        networks = Networks(
            settings.allowed_networks or LOCAL_NETWORKS,
            [(row.network, self.profiles.by_id[row.profile]) for row in settings.clients],
            self.profiles.by_id[settings.default_profile],
        )
        self.clients = Clients(networks, settings.rates)
        self.upstream = upstream
        self.asked: list[bytes] = []

    def client(self, address: str = "127.0.0.1") -> Client:
        return self.clients.get(ip_address(address).packed, self.clock.now())

    def ask(self, wire: bytes, address: str = "127.0.0.1", transport: int = 0) -> bytes | None:
        """What the client gets, as the servers would do it: the answers of this second, the pipeline, the upstream."""
        client, now = self.client(address), self.clock.now()
        if now >= self.pipeline.until:
            self.pipeline.new_second(now)
        if client.budget < 0 or not client.allowed:
            return limited_reply(wire, client, transport)
        if not transport and (found := client.profile.recent.get(wire[2:])):
            return wire[:2] + found[0]
        reply = self.pipeline.answer_now(wire, client, now, transport)
        return self.forward(reply, now) if isinstance(reply, Miss) else reply

    def forward(self, miss: Miss, now: float) -> bytes:
        """What the forwarder does with a miss, without its retries."""
        entry = self.entry_for(miss, now)
        if isinstance(entry, Entry):
            return self.pipeline.complete(miss, entry, now)
        return self.pipeline.fail(miss, *entry, now)

    def entry_for(self, miss: Miss, now: float) -> Entry | tuple[int, str]:
        """An entry made of the upstream's answer, or the EDE of its failure."""
        question = miss.key[: miss.question_end - 12]  # the key without the variant, as the forwarder takes it
        query = b"\x77\x77\x01\0\0\1\0\0\0\0\0\0" + question
        self.asked.append(query)
        reply = self.upstream(query)
        if reply is None:
            return EDE_NO_REACHABLE_AUTHORITY, "no upstream answered"
        try:
            answer = read_answer(reply, question, bool(miss.variant & 2))
        except WireFault:
            return EDE_NETWORK_ERROR, "the upstream's answer could not be read"
        if answer.rcode not in (0, 3):
            return EDE_NETWORK_ERROR, "the upstream failed"
        return self.pipeline.accept(miss, answer, now)


def home(
    listed: Mapping[str, str], upstream: Upstream, profile: ProfileSettings = HOME, cache: CacheLimits | None = None
) -> Resolving:
    """A resolver with one profile and these names listed."""
    index = index_of(listed)
    settings = Settings(profiles=(profile,), default_profile=profile.id, cache=cache or CacheLimits())
    return Resolving(settings, index, index.categories, upstream)


def silent(query: bytes) -> None:
    """An upstream that says nothing."""


def parsed(reply: bytes | None) -> dns.message.Message:
    assert reply is not None
    return dns.message.from_wire(reply)
