"""The pipeline against dnspython: whatever is asked, what comes back is a right message that fits."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
from hypothesis import given
from hypothesis import strategies as st

from filterdns.config.settings import Answer, ProfileSettings
from tests import oracle
from tests.messages import reply
from tests.properties.strategies import damaged, queries
from tests.resolving import HOME, Resolving, home
from tests.scenarios.expect import check_form, rows

LISTED = {"example.org": "gambling", "a.test-name.net": "malware"}


def many_records(query: bytes) -> bytes:
    name = dns.message.from_wire(query).question[0].name.to_text()
    return reply(query, [f"{name} 300 A 192.0.2.{n}" for n in range(90)] if query[-3] == 1 else None)


def resolver(answer: Answer = Answer.NXDOMAIN) -> Resolving:
    return home(LISTED, many_records, ProfileSettings("home", HOME.actions, answer=answer))


@given(st.data(), st.integers(0, 1), st.sampled_from([Answer.NXDOMAIN, Answer.NULL, Answer.REFUSED]))
def test_every_reply_is_a_message_that_answers_its_query_and_fits(data: st.DataObject, tcp: int, kind: Answer) -> None:
    resolving = resolver(kind)
    wires = data.draw(st.lists(queries(), min_size=1, max_size=3))
    for wire in [*wires, *wires]:  # the second time from the cache
        got = resolving.ask(wire, transport=tcp)
        judged = oracle.read_query(wire)
        assert judged is not None
        assert got is not None
        message = check_form(wire, got)
        assert (message.edns >= 0) == judged.edns
        assert len(got) <= (65_535 if tcp else max(512, min(judged.octets, 1232)))
        assert bool(message.flags & dns.flags.CD) == judged.cd


@given(queries())
def test_what_is_asked_of_an_upstream_is_the_question_in_lower_case(wire: bytes) -> None:
    """Types 65 to 90 are letters of ASCII (HTTPS is an A): only the name may change its case."""
    resolving = resolver()
    resolving.ask(wire)
    judged = oracle.read_query(wire)
    assert judged is not None
    for asked in resolving.asked:
        assert oracle.read_query(asked).qname == judged.qname  # type: ignore[union-attr]
        assert asked[-4:] == judged.qtype.to_bytes(2, "big") + judged.qclass.to_bytes(2, "big")


@given(st.one_of(damaged(queries()), st.binary(max_size=64)), st.integers(0, 1))
def test_any_octets_get_a_message_or_silence(wire: bytes, tcp: int) -> None:
    got = resolver().ask(wire, transport=tcp)
    if got is None:
        assert len(wire) < 12 or wire[2] & 0x80
        return
    message = check_form(wire, got)
    if oracle.read_query(wire) is None and not wire[2] & 0x78:
        assert message.rcode() in (dns.rcode.FORMERR, dns.rcode.REFUSED, dns.rcode.BADVERS) or rdata_alone(wire)


def rdata_alone(wire: bytes) -> bool:
    """Whether dnspython refuses the query for what stands behind its question: we look into no RDATA and no option."""
    return dns.message.from_wire(wire, question_only=True).question != []


@given(st.integers(0, 40), st.sampled_from([None, 512, 700, 1232, 4096]), st.booleans())
def test_an_answer_is_truncated_exactly_when_it_does_not_fit(count: int, edns: int | None, again: bool) -> None:
    lines = [f"many.example.net. 300 AAAA 2001:db8::{n + 1:x}" for n in range(count)]
    resolving = home({}, lambda query: reply(query, lines))
    query = dns.message.make_query("many.example.net", "AAAA", use_edns=False if edns is None else 0, payload=edns or 0)
    query.id = 7
    wire = query.to_wire()
    got = resolving.ask(wire)
    if again:
        got = resolving.ask(wire)
    assert got is not None
    message = dns.message.from_wire(got)
    whole = dns.message.from_wire(reply(wire, lines))
    whole.use_edns(False if edns is None else 0)
    limit = 512 if edns is None else min(edns, 1232)
    truncated = bool(message.flags & dns.flags.TC)
    assert truncated == (not oracle.fits(whole, limit))
    assert len(rows(message.answer)) == (0 if truncated else count)
    assert message.edns == query.edns


@given(
    st.lists(st.sampled_from([0, 1, 2, 59, 60, 300, 86_400, 200_000, 0x7FFFFFFF]), min_size=1, max_size=4),
    st.lists(st.floats(0, 100_000), min_size=1, max_size=6),
)
def test_a_ttl_never_grows_and_never_outlives_what_the_upstream_said(ttls: list[int], pauses: list[float]) -> None:
    """Against `oracle.ttl_left`: what the upstream said minus the whole seconds, at most two seconds less."""
    lines = [f"ttl.example.net. {ttl} TYPE{65_280 + n} \\# 1 0{n}" for n, ttl in enumerate(ttls)]
    sent: list[float] = []
    resolving = home({}, lambda query: sent.append(resolving.clock.now()) or reply(query, lines[:1]))
    wire = dns.message.make_query("ttl.example.net", f"TYPE{65_280}", use_edns=False, id=9).to_wire()
    last: int | None = None
    for pause in [0.0, *pauses]:
        resolving.clock.advance(pause)
        before = len(sent)
        message = dns.message.from_wire(resolving.ask(wire) or b"")
        if len(sent) > before:
            last = None
        age = resolving.clock.now() - sent[-1]
        for _, ttl, _, _ in rows(message.answer):
            most = oracle.ttl_left(ttls[0], int(age), 86_400)
            assert most - 2 <= ttl <= most or (ttl == 0 and most <= 2)
            assert last is None or ttl <= last
            last = ttl
