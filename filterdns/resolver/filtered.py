"""Hot path. The answer to a filtered name: the profile's kind, an SOA so that it is cached, a reason anyone can read.

    nxdomain  NXDOMAIN, or NODATA where names may be allowed below (RFC 8020)
    null      0.0.0.0 and ::, NODATA for every other type
    page      the addresses of our own pages, NODATA for every other type
    refused   REFUSED

The reason is an Extended DNS Error (RFC 8914): 15 our own security rule or the operator's, 16 an order from outside, 17
asked for by the household; 4 stands first where the address is forged.
"""

from __future__ import annotations

from ipaddress import ip_address

from filterdns.categories import ALLOWED_BELOW, EXACT
from filterdns.config.settings import Answer
from filterdns.names import name_text
from filterdns.resolver.counters import FILTERED, HOUSEHOLD, RESTRICTED, SLOTS_A_TRANSPORT
from filterdns.resolver.message.edns import MOST_EDE_TEXT_OCTETS, Edns, write_ede, write_opt
from filterdns.resolver.message.layout import (
    AAAA,
    COUNTS,
    EDE_BLOCKED,
    EDE_FILTERED,
    EDE_FORGED,
    NOERROR,
    NXDOMAIN,
    QUESTION_POINTER,
    RD,
    REFUSED,
    U16,
    A,
)
from filterdns.resolver.message.respond import Records, compose, response_flags, write_record, write_soa
from filterdns.resolver.miss import Miss
from filterdns.resolver.policy.decision import Decision, Step
from filterdns.resolver.policy.profile import Profile
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY
from filterdns.resolver.recent import MOST_RECENT, remember

MOST_TTL_SECONDS = 60  # a won appeal or an opened window is felt within a minute
OPERATOR_TEXT = b"blocked by the operator of this resolver"  # says the same for holds and for names on a closed list

_SOA = {MOST_TTL_SECONDS: write_soa(MOST_TTL_SECONDS)}
_POINTERS = tuple(U16.pack(QUESTION_POINTER + offset) for offset in range(256))
_MOST_STOCK = 64  # types that a verdict keeps an answer for
_MAYBE_BELOW = ALLOWED_BELOW | EXACT  # names below the filtered one may resolve
_NULL = {A: b"\0" * 4, AAAA: b"\0" * 16}
_PLAIN_TEXT = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")


class FilteredAnswers:
    """Composes filtered answers for one configuration."""

    def __init__(self, public_url: str, page_addresses: tuple[str, ...]) -> None:
        self._why = public_url.rstrip("/").encode() + b"/why/"
        self._page: dict[int, bytes] = {}
        for address in map(ip_address, page_addresses):
            self._page.setdefault(A if address.version == 4 else AAAA, address.packed)

    def reply(self, miss: Miss, decision: Decision, name: bytes) -> bytes:
        """The whole reply to a question that is filtered because of `name`: its own, or a target of its answer."""
        profile, edns, own = miss.client.profile, miss.edns, name == miss.qname
        records = self.records(decision, profile, miss.qtype, own)
        if records.rcode == NXDOMAIN and name in profile.allowed_parents:
            records.rcode = NOERROR  # the household allows something below (RFC 8020)
        ede = shorter = b""
        if edns.present:
            ede, shorter = self.errors(decision, name[decision.offset :], bool(records.ancount))
        slot = outcome_slot(decision)
        profile.counts[slot + miss.transport * SLOTS_A_TRANSPORT] += 1
        reply = compose(miss.wire, miss.question_end, miss.flags, records, edns, miss.limit, ede, shorter)
        if not miss.transport and own and len(profile.recent) < MOST_RECENT:
            remember(miss.wire, reply, profile, edns, slot)
        return reply

    def quick_reply(
        self, wire: bytes, end: int, asked: bytes, edns: Edns, profile: Profile, verdict: Decision, offset: int
    ) -> bytes | None:
        """`reply` over UDP to a plain query (RD, no CD) for a name with one match, mostly from stock.

        `asked`: QTYPE and QCLASS. None where the answer would not fit: `reply` knows what to leave out.
        """
        stock = verdict.stock.get(asked) or self._stock(verdict, profile, asked)
        head, head_opt, tail, slot, forged = stock
        if tail and not forged:
            tail = _POINTERS[offset] + tail
        if edns.present:
            ede, _ = self.errors(verdict, wire[12 + offset : end - 4].lower(), forged)
            reply: bytes = wire[:2] + head_opt + wire[12:end] + tail + write_opt(edns.do, ede)
        else:
            reply = wire[:2] + head + wire[12:end] + tail
        if len(reply) > edns.octets:
            return None
        profile.counts[slot] += 1
        if len(profile.recent) < MOST_RECENT:
            remember(wire, reply, profile, edns, slot)
        return reply

    def _stock(self, verdict: Decision, profile: Profile, asked: bytes) -> tuple[bytes, bytes, bytes, int, bool]:
        """(flags and counts without and with OPT, records behind the SOA's owner, counter, forged address)."""
        records = self.records(verdict, profile, int.from_bytes(asked[:2]), True)
        forged = bool(records.ancount)
        flags = response_flags(RD, records.rcode)
        counts = records.ancount, records.nscount
        tail = records.body if forged else records.body[2:]
        stock = (
            flags + COUNTS.pack(1, *counts, 0),
            flags + COUNTS.pack(1, *counts, 1),
            tail,
            outcome_slot(verdict),
            forged,
        )
        if len(verdict.stock) < _MOST_STOCK:
            verdict.stock[asked] = stock
        return stock

    def records(self, decision: Decision, profile: Profile, qtype: int, own: bool) -> Records:
        """What is said instead. `own`: the question's own name is the filtered one, not a target of its answer."""
        ttl = MOST_TTL_SECONDS
        if decision.mask & profile.timed:
            ttl = max(1, profile.timed_ttl)  # it may be repeated until this second ends
        kind = profile.answer
        if kind is Answer.NXDOMAIN:
            below = not own or decision.mask & _MAYBE_BELOW
            return self._negative(NOERROR if below else NXDOMAIN, decision.offset if own else 0, ttl)
        if kind is Answer.REFUSED:
            return Records(REFUSED)
        rdata = (_NULL if kind is Answer.NULL else self._page).get(qtype)
        if rdata is None:
            return self._negative(NOERROR, decision.offset if own else 0, ttl)
        return Records(NOERROR, write_record(qtype, ttl, rdata), ancount=1)

    def _negative(self, rcode: int, offset: int, ttl: int) -> Records:
        soa = _SOA.get(ttl) or write_soa(ttl)
        return Records(rcode, _POINTERS[offset] + soa, nscount=1)

    def errors(self, decision: Decision, name: bytes, forged: bool) -> tuple[bytes, bytes]:
        """Options for OPT with the text about the listed `name`, and the same without it for when space is short."""
        code, text = self._reason(decision, name)
        if forged:
            bare = write_ede(EDE_FORGED) + write_ede(code)
            return write_ede(EDE_FORGED, text) + write_ede(code), bare
        return write_ede(code, text), write_ede(code)

    def _reason(self, decision: Decision, name: bytes) -> tuple[int, bytes]:
        """INFO-CODE and text, such as `gambling: https://.../why/casino.example`."""
        category = decision.category
        if decision.step is Step.HOUSEHOLD:
            return EDE_FILTERED, self._text(b"household rule: ", name)
        if category is None or category.id == RESTRICTED_CATEGORY:
            return EDE_BLOCKED, OPERATOR_TEXT
        return category.ede, self._text(category.id.encode() + b": ", name)

    def _text(self, prefix: bytes, name: bytes) -> bytes:
        """The text with the name's page, or with the pages' address alone where the name is too long for it."""
        text = prefix + self._why + name_octets(name)
        return text if len(text) <= MOST_EDE_TEXT_OCTETS else prefix + self._why


def name_octets(qname: bytes) -> bytes:
    """Presentation form as octets; the ordinary name without a look at each of them."""
    labels, at = [], 0
    while length := qname[at]:
        labels.append(qname[at + 1 : at + 1 + length])
        at += length + 1
    text = b".".join(labels)
    if _PLAIN_TEXT.issuperset(text.replace(b".", b"", len(labels) - 1)):
        return text
    return name_text(qname).encode()


def outcome_slot(decision: Decision) -> int:
    """Which counter a filtered answer moves."""
    if decision.step is Step.HOUSEHOLD:
        return HOUSEHOLD
    category = decision.category
    if category is None:
        return FILTERED
    return RESTRICTED if category.id == RESTRICTED_CATEGORY else FILTERED + category.bit
