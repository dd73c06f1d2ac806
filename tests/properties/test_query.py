"""`read_query` against dnspython."""

from __future__ import annotations

import dns.exception
import dns.message
from hypothesis import given
from hypothesis import strategies as st

from filterdns.resolver.message.query import read_query
from tests import oracle
from tests.properties.strategies import damaged, queries

MOST_OCTETS = 1232


def kept_octets(said: int) -> int:
    return max(512, min(said, MOST_OCTETS))


@given(queries())
def test_a_query_that_dnspython_reads_is_read_alike(wire: bytes) -> None:
    judged = oracle.read_query(wire)
    assert judged is not None
    query = read_query(wire, MOST_OCTETS)
    assert query is not None
    assert not query.fault
    assert (query.qname, query.qtype, query.qclass) == (judged.qname, judged.qtype, judged.qclass)
    assert (query.edns.present, query.edns.version, query.edns.do) == (judged.edns, judged.version, judged.do)
    assert query.edns.octets == kept_octets(judged.octets)
    assert wire[12 : query.question_end][:-4].lower() == judged.qname


@given(st.one_of(damaged(queries()), st.binary(max_size=80)))
def test_any_octets_are_read_or_refused_as_dnspython_would(wire: bytes) -> None:
    """Ours is as strict: what it accepts has the question that dnspython sees; what dnspython accepts, it accepts."""
    query = read_query(wire, MOST_OCTETS)
    judged = oracle.read_query(wire)
    if judged is not None:
        assert query is not None
        assert not query.fault, query.fault
        assert (query.qname, query.qtype, query.qclass) == (judged.qname, judged.qtype, judged.qclass)
        assert query.edns.present == judged.edns
    if query is None or query.fault or wire[2] & 0x78:
        return
    try:
        asked = dns.message.from_wire(wire, question_only=True).question[0]
    except dns.exception.DNSException as error:
        raise AssertionError(f"accepted a question that dnspython refuses: {error!r}") from error
    assert query.qname == oracle.canonical(asked.name)
