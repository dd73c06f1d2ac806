"""Hot path. The order of the steps of one query, and why each stands where it stands.

    1 flags, question, OPT   by look-up for what stub resolvers send; `Unusual` reads everything else
    2 cache, fresh and harmless for this profile: an entry knows the categories of its question and of its targets, so
      one AND stands for the whole decision. First, because nearly every query ends here, and only valid ordinary
      questions are ever keys of the cache
    3 names answered here    before policy: a list must not take localhost or the household's printer away
    4 evaluate               before any look at stale or failed answers: what is filtered never depends on an upstream
    5 cache again, in full   an entry of another release, by time, or past its time with a failure remembered
    6 Miss                   for the forwarder; `accept`, `complete` and `fail` take it up again

Denials count from the question and from the targets of the answer, allowances from the question alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from filterdns.categories import ALLOWED_BELOW, ALWAYS, P1, P2
from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import WireFault
from filterdns.resolver.cache.entry import Entry
from filterdns.resolver.cache.freshness import is_stale_usable, set_lifetime, wants_prefetch
from filterdns.resolver.cache.store import Cache
from filterdns.resolver.counters import CACHED, CANARY, FAILED, FORWARDED, LOCAL, SLOTS_A_TRANSPORT, STALE
from filterdns.resolver.filtered import FilteredAnswers
from filterdns.resolver.limits.rate import Client
from filterdns.resolver.local import LocalNames, allowed_test_name, any_answer, canary_answer
from filterdns.resolver.message.answer import Answer
from filterdns.resolver.message.edns import NO_EDNS, Edns, write_ede
from filterdns.resolver.message.framing import MOST_OCTETS
from filterdns.resolver.message.layout import (
    AD,
    ANY,
    EDE_BLOCKED,
    EDE_FILTERED,
    EDE_OTHER,
    EDE_STALE,
    EDE_STALE_NXDOMAIN,
    NXDOMAIN,
    RD,
    REFUSED,
    SERVFAIL,
)
from filterdns.resolver.message.query import SHAPES, walk_name
from filterdns.resolver.message.respond import Records, compose
from filterdns.resolver.miss import VARIANTS, Miss
from filterdns.resolver.policy.decision import BEHIND_HOUSEHOLD, Decision, Listings, Match, Step
from filterdns.resolver.policy.evaluate import evaluate, verdict
from filterdns.resolver.policy.profile import Profiles
from filterdns.resolver.policy.special_use import CANARIES, FILTERDNS_TEST
from filterdns.resolver.recent import MOST_RECENT, remember
from filterdns.resolver.unusual import ORDINARY_ENDS, is_ordinary_type, refuse_unusual

_MOST_TAILS = 256  # OPT records without options that clients were seen to send; there are about a dozen in the world
_PLAIN_OPT_OCTETS = 11
_NOT_REMEMBERED = (EDE_OTHER, EDE_BLOCKED)  # a bound of ours, and an upstream that filters what is protected
_CANARY_KEY = b"\4"  # behind the variant: no query that the first look at the cache is for has this key
_CANARY_EDE = write_ede(EDE_FILTERED, b"this network asks devices to use its own DNS")


def _no_prefetch(miss: Miss) -> None:
    """Until a forwarder is there."""


class Pipeline:
    """One worker's steps. Immutable parts are replaced by one assignment (`use_release`, `use_settings`)."""

    def __init__(self, settings: Settings, profiles: Profiles, listings: Listings, cache: Cache, clock: Clock) -> None:
        self.cache = cache
        self.clock = clock
        self.tails: dict[bytes, Edns] = {}
        self.prefetch: Callable[[Miss], None] = _no_prefetch
        self.probe_names: Collection[bytes] = ()  # names by which the forwarder knows an upstream that leads back to us
        self.on_probe: Callable[[bytes], None] = lambda qname: None
        self.second = 0
        self.until = 0.0  # when this second ends
        self._places = settings.own_records, settings.forwarded_zones, settings.rebinding_exceptions
        self.use_settings(settings, profiles)
        self.use_release(listings)

    def use_settings(self, settings: Settings, profiles: Profiles) -> None:
        """Take a new configuration. What is cached stays, since an entry knows nothing of profiles, unless other names
        are answered here or asked elsewhere from now on.
        """
        places = settings.own_records, settings.forwarded_zones, settings.rebinding_exceptions
        if places != self._places:
            self.cache = Cache(self.cache.limits)
        self._places = places
        self.profiles = profiles
        self.local = LocalNames(settings)
        self.answers = FilteredAnswers(settings.public_url, settings.page_addresses)
        self.edns_octets = settings.edns_octets
        self.tails = {}
        self.new_second(self.clock.now())

    def use_release(self, listings: Listings) -> None:
        """Take a new index, whose categories the profiles already use; entries are classified again when asked for."""
        self.listings = listings
        self.new_second(self.clock.now())

    def new_second(self, now: float) -> None:
        """Let go of the answers of the last second; open or close what is by time."""
        self.second = int(now)
        self.until = self.second + 1.0
        self.profiles.new_second(self.clock.when())

    def answer_now(self, wire: bytes, client: Client, now: float, transport: int) -> bytes | Miss | None:
        """The reply to a query from an allowed client within its rate, a Miss for the forwarder, or None: no reply.

        `transport`: 0 UDP, 1 TCP. Never raises, whatever the octets.
        """
        if now >= self.until:
            self.new_second(now)
        shape = SHAPES.get(wire[2:12])
        end = wire.find(0, 12) + 5
        if shape is None or end < 17:
            return self._unusual(wire, client, transport)
        edns = self.tails.get(wire[end:]) if shape.has_additional else NO_EDNS if len(wire) == end else None
        if edns is None:
            return self._unusual(wire, client, transport)
        question = wire[12 : end - 4].lower() + wire[end - 4 : end]  # label lengths are below "A", types are not
        variant = shape.cd | edns.variant
        entry = self.cache.positive.young.get(question + VARIANTS[variant] if variant else question)
        if entry is not None and self.second < entry.expires:
            profile = client.profile
            if entry.listings is self.listings and not entry.mask & profile.watch and not entry.authenticated:
                second = self.second
                body = entry.patched if entry.second == second else self._age(entry, wire, end, shape.flags, client)
                head = entry.head_opt if edns.present else entry.head
                reply = wire[:2] + head + wire[12:end] + body + edns.reply
                if len(reply) <= (MOST_OCTETS if transport else edns.octets):
                    profile.counts[CACHED + transport * SLOTS_A_TRANSPORT] += 1
                    if not transport and second + 1 < entry.expires and len(profile.recent) < MOST_RECENT:
                        remember(wire, reply, profile, edns, CACHED)
                    return reply
        return self._decide(wire, end, shape.flags, question, edns, client, transport)

    def _age(self, entry: Entry, wire: bytes, end: int, flags: int, client: Client) -> bytes:
        """The entry's body for this second; asks for it anew when it is popular and about to expire."""
        body = entry.at(self.second)
        if wants_prefetch(entry, self.second):
            entry.uses = 0
            edns = NO_EDNS if not entry.variant & 2 else Edns(True, self.edns_octets, True, 0, False)
            question = wire[12 : end - 4].lower() + wire[end - 4 : end]
            miss = Miss(wire, end, flags, question, edns, client, 0)
            miss.listings, miss.mask = self.listings, self.listings.find(miss.qname)
            self.prefetch(self._routed(miss))
        return body

    def _unusual(self, wire: bytes, client: Client, transport: int) -> bytes | Miss | None:
        """Whatever is not a plain query: refused by its own octets, or read in full and answered like any other."""
        refused = refuse_unusual(wire, self.edns_octets, client.profile.counts, transport)
        if refused is None or isinstance(refused, bytes):
            return refused
        query = refused
        tail = wire[query.question_end :]
        if len(tail) == _PLAIN_OPT_OCTETS and query.edns.present:
            if len(self.tails) >= _MOST_TAILS:  # somebody tries them all: those in use come back by themselves
                self.tails = {}
            self.tails[tail] = query.edns
        question = query.qname + wire[query.question_end - 4 : query.question_end]
        return self._decide(wire, query.question_end, query.flags, question, query.edns, client, transport)

    def _decide(
        self, wire: bytes, end: int, flags: int, question: bytes, edns: Edns, client: Client, transport: int
    ) -> bytes | Miss | None:
        """Steps 3 to 6 for a question that no harmless fresh entry answers."""
        try:
            name_end, last, two = walk_name(wire, 12)
        except WireFault:
            name_end = last = two = 0
        asked = question[-4:]
        if name_end != end - 4 or (asked not in ORDINARY_ENDS and not is_ordinary_type(asked)):
            return self._unusual(wire, client, transport)
        qname, profile = question[:-4], client.profile
        special = qname[last - 12 :] in self.local.top_labels or qname in CANARIES
        matches = self.listings.matches(qname, two - 12)
        if matches and not special and not profile.has_rules and not transport and flags == RD:
            offset, mask, _ = matches[0]
            # Several matches that say the same are decided by the longest, like one.
            known = profile.verdicts.get(mask) or verdict(mask, profile)
            if known.filtered and (len(matches) == 1 or all(match[1] == mask for match in matches)):
                reply = self.answers.quick_reply(wire, end, asked, edns, profile, known, offset)
                if reply is not None:
                    return reply
        miss = Miss(wire, end, flags, question, edns, client, transport)
        miss.listings = self.listings
        if special and (reply := self._local(miss)) is not None:
            return reply
        if (matches or profile.has_rules) and (reply := self._filtered(miss, matches)) is not None:
            return reply
        if special and (records := allowed_test_name(qname, miss.qtype, profile.id)) is not None:
            return self._say(miss, records, LOCAL)
        return self._allowed(miss)

    def _filtered(self, miss: Miss, matches: list[Match]) -> bytes | None:
        """Step 4 for a name with any number of matches and any profile; None: nothing filters it."""
        decision = evaluate(miss.qname, matches, miss.client.profile)
        if decision.filtered:
            if decision.step is Step.HOUSEHOLD and self.listings.may_have_below(miss.qname):
                decision.mask |= ALLOWED_BELOW  # a protected name may be among them (RFC 8020)
            return self.answers.reply(miss, decision, miss.qname)
        for match in matches:
            miss.mask |= match[1]
        return None

    def _local(self, miss: Miss) -> bytes | None:
        """Names answered here, canaries, and the probe by which the forwarder knows a loop."""
        profile, qname = miss.client.profile, miss.qname
        if qname in CANARIES:
            if not profile.canaries:
                miss.key += _CANARY_KEY  # nor may the cache answer those whose profile asks for the canary
                return None
            return self._say(miss, canary_answer(), CANARY, _CANARY_EDE)
        if qname in self.probe_names:
            self.on_probe(qname)
            return self._say(miss, Records(REFUSED), LOCAL)
        if qname.endswith(FILTERDNS_TEST):
            return None  # evaluated like any name
        records = self.local.find(qname, miss.qtype)
        return None if records is None else self._say(miss, records, LOCAL)

    def _say(self, miss: Miss, records: Records, slot: int, ede: bytes = b"", extra_flags: int = 0) -> bytes:
        """Compose and count."""
        miss.client.profile.counts[slot + miss.transport * SLOTS_A_TRANSPORT] += 1
        return compose(
            miss.wire, miss.question_end, miss.flags, records, miss.edns, miss.limit, ede, ede[:6], extra_flags
        )

    def _allowed(self, miss: Miss) -> bytes | Miss:
        """Step 5 and 6: the cache in full, then the forwarder."""
        if miss.qtype == ANY:
            return self._say(miss, any_answer(), LOCAL)
        entry = self.cache.get(miss.key)
        if entry is not None and self.second < entry.expires:
            return self._from_entry(miss, entry, CACHED)
        failure = self.cache.get_failure(miss.key, self.second)
        if failure is not None:
            return self._stale_or_failed(miss, failure[0], failure[1])
        return self._routed(miss)

    def _routed(self, miss: Miss) -> Miss:
        """Say whom the forwarder may ask, and what it may believe."""
        miss.protected = miss.mask & (P1 | P2)
        if self.local.has_routes:
            miss.route, miss.private_ok = self.local.route(miss.qname)
        return miss

    def accept(self, miss: Miss, answer: Answer, now: float) -> Entry:
        """Keep what an upstream said under this question alone; the caller has verified and scrubbed it."""
        entry = Entry(
            answer.rcode,
            answer.body,
            answer.ancount,
            answer.nscount,
            answer.ttl_offsets,
            answer.ttls,
            answer.targets,
            miss.variant,
            answer.authenticated,
        )
        entry.negative = answer.negative
        if answer.negative and answer.ede is not None:
            entry.ede = write_ede(answer.ede)
        set_lifetime(entry, answer.soa_minimum, int(now), self.cache.limits)
        if miss.listings is self.listings and not entry.targets:
            entry.mask, entry.listings = ALWAYS | miss.mask, self.listings
        else:
            self._classify(entry, miss)
        if entry.expires > entry.born:
            self.cache.put(miss.key, entry, keep=bool(miss.protected & P1))
        return entry

    def _classify(self, entry: Entry, miss: Miss) -> None:
        """Set the categories of question and targets under the present release."""
        find = self.listings.find
        mask = ALWAYS | (miss.mask if miss.listings is self.listings else find(miss.qname))
        for target in entry.targets:
            mask |= find(target)
        entry.mask, entry.listings = mask, self.listings

    def complete(self, miss: Miss, entry: Entry, now: float) -> bytes:
        """The reply for one who waited: each profile decides on its own."""
        profile, edns = miss.client.profile, miss.edns
        harmless = entry.listings is self.listings and not entry.mask & profile.watch
        if harmless and not (entry.authenticated or entry.ede):
            head = entry.head_opt if edns.present else entry.head
            reply = miss.wire[:2] + head + miss.wire[12 : miss.question_end] + entry.body + edns.reply
            if len(reply) <= miss.limit:
                profile.counts[FORWARDED + miss.transport * SLOTS_A_TRANSPORT] += 1
                return reply
        return self._from_entry(miss, entry, FORWARDED)

    def _from_entry(self, miss: Miss, entry: Entry, slot: int) -> bytes:
        """An entry as this client may see it: filtered, with TTLs that end at a boundary, or as it is."""
        profile = miss.client.profile
        if (filtered := self._filtered_entry(miss, entry)) is not None:
            return filtered
        if entry.mask & profile.timed:
            body = entry.aged(self.second + 1 - entry.born, profile.timed_ttl)
        elif slot == FORWARDED:
            body = entry.body
        else:
            body = entry.patched if entry.second == self.second else entry.at(self.second)
        return self._say(miss, self._records(entry, body), slot, entry.ede, self._ad(miss, entry))

    def _records(self, entry: Entry, body: bytes) -> Records:
        return Records(entry.rcode, body, entry.ancount, entry.nscount)

    def _ad(self, miss: Miss, entry: Entry) -> int:
        """AD only where a trusted upstream set it and the client can read it (RFC 6840 section 5.8)."""
        return AD if entry.authenticated and (miss.flags & AD or miss.edns.do) else 0

    def _filtered_entry(self, miss: Miss, entry: Entry) -> bytes | None:
        """The reply in place of a kept answer whose question or targets this profile filters; None if it may pass."""
        if entry.listings is not self.listings:
            self._classify(entry, miss)
        if not entry.mask & miss.client.profile.watch:
            return None
        filtered, name = self._filtered_by(miss, entry)
        return None if filtered is None else self.answers.reply(miss, filtered, name)

    def _filtered_by(self, miss: Miss, entry: Entry) -> tuple[Decision | None, bytes]:
        """The decision that filters this answer and the name it is about; (None, b"") when nothing does."""
        profile, qname = miss.client.profile, miss.qname
        matches = self.listings.matches(qname)
        decision = evaluate(qname, matches, profile)
        if decision.filtered:
            return decision, qname
        shield = 0
        for match in matches:
            shield |= match[1] & (P1 | P2)
        for target in entry.targets:
            found = evaluate(target, self.listings.matches(target), profile, shield)
            if found.filtered and not (decision.step is Step.HOUSEHOLD and found.step in BEHIND_HOUSEHOLD):
                return found, target
        return None, b""

    def fail(self, miss: Miss, ede: int, text: str, now: float) -> bytes:
        """No upstream answered, or a bound was met: stale data if there is any, else SERVFAIL with EDE."""
        octets = text.encode()
        if ede not in _NOT_REMEMBERED:
            self.cache.note_failure(miss.key, self.second, ede, octets)
        return self._stale_or_failed(miss, ede, octets)

    def _stale_or_failed(self, miss: Miss, ede: int, text: bytes) -> bytes:
        limits, entry = self.cache.limits, self.cache.get(miss.key)
        if entry is None or not is_stale_usable(entry, self.second, limits):
            entry = self.cache.get_kept(miss.key)
        if entry is None:
            return self._say(miss, Records(SERVFAIL), FAILED, write_ede(ede, text))
        if (filtered := self._filtered_entry(miss, entry)) is not None:
            return filtered
        stale = EDE_STALE_NXDOMAIN if entry.rcode == NXDOMAIN else EDE_STALE
        ttl = limits.stale_ttl_seconds
        if entry.mask & miss.client.profile.timed:
            ttl = min(ttl, miss.client.profile.timed_ttl)
        return self._say(miss, self._records(entry, entry.with_ttl(ttl)), STALE, write_ede(stale))
