"""What Hypothesis draws: names, queries and upstream replies, whole and damaged."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from hypothesis import strategies as st

labels = st.one_of(
    st.sampled_from([b"www", b"a", b"B", b"example", b"eXample", b"org", b"net", b"test"]),
    st.binary(min_size=1, max_size=63),
)


@st.composite
def names(draw: st.DrawFn) -> dns.name.Name:
    """Any absolute name of at most 255 octets."""
    parts, length = [], 1
    for label in draw(st.lists(labels, max_size=12)):
        if length + len(label) + 1 > 255:
            break
        parts.append(label)
        length += len(label) + 1
    return dns.name.Name([*parts, b""])


options = st.one_of(
    st.builds(dns.edns.GenericOption, st.integers(65_001, 65_535), st.binary(max_size=40)),
    st.builds(dns.edns.GenericOption, st.just(10), st.binary(min_size=8, max_size=8)),
)


@st.composite
def queries(draw: st.DrawFn) -> bytes:
    """A query that a client could send: any name, type and class, EDNS or not, options of any kind."""
    message = dns.message.Message(id=draw(st.integers(0, 65_535)))
    message.flags = draw(st.sampled_from([0, dns.flags.RD, dns.flags.RD | dns.flags.AD, dns.flags.RD | dns.flags.CD]))
    rdtype = draw(st.one_of(st.sampled_from([1, 28, 5, 16, 65, 64, 90, 97, 251, 252, 255]), st.integers(1, 65_535)))
    rdclass = draw(st.sampled_from([1, 1, 1, 1, 3, 255, 4242]))
    message.question = [
        dns.rrset.RRset(draw(names()), dns.rdataclass.RdataClass(rdclass), dns.rdatatype.RdataType(rdtype))
    ]
    if draw(st.booleans()):
        flags = dns.flags.DO if draw(st.booleans()) else 0
        version = draw(st.sampled_from([0, 0, 0, 1, 255]))
        message.use_edns(version, flags, draw(st.integers(0, 65_535)), options=draw(st.lists(options, max_size=3)))
    return message.to_wire(max_size=65_535)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Octets that were a message once: cut, lengthened, with single octets changed."""
    wire = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(0, len(wire) - 1)))
        kind = draw(st.sampled_from(["set", "cut", "insert", "pointer"]))
        if kind == "cut":
            del wire[place : place + draw(st.integers(1, 12))]
        elif kind == "insert":
            wire[place:place] = draw(st.binary(min_size=1, max_size=12))
        elif kind == "pointer":
            wire[place : place + 2] = (0xC000 | draw(st.integers(0, 40))).to_bytes(2, "big")
        elif wire:
            wire[place] = draw(st.integers(0, 255))
    return bytes(wire)


# Few names, so that chains, loops and strangers come about by themselves.
FAMILY = ["www.example.org.", "a.example.org.", "b.example.net.", "x.y.example.org.", "example.org.", "y.example.org."]
FAMILY += ["org.", "."]
ttls = st.sampled_from([0, 1, 60, 300, 86_400, 0x7FFFFFFF, 0xFFFFFFFF])
RDATA = {
    "A": st.sampled_from(["192.0.2.1", "192.0.2.2", "10.0.0.1"]),
    "AAAA": st.sampled_from(["2001:db8::1", "::ffff:10.0.0.1"]),
    "CNAME": st.sampled_from(FAMILY),
    "DNAME": st.sampled_from(["example.net.", "y.example.org.", "org."]),
    "NS": st.sampled_from(["ns.example.org."]),
    "TXT": st.sampled_from(['"v=1"', '"a" "b"']),
    "MX": st.sampled_from(["10 www.example.org.", "0 ."]),
    "SOA": st.sampled_from(["ns.example.org. root.example.org. 1 2 3 4 60"]),
    "HTTPS": st.sampled_from(
        ["0 b.example.net.", "1 . alpn=h2 ipv4hint=192.0.2.7", "1 a.example.org. ipv6hint=2001:db8::7"]
    ),
    "NSEC": st.sampled_from(["a.example.org. A RRSIG NSEC"]),
    "TYPE4242": st.sampled_from([r"\# 3 010203"]),
    "RRSIG": st.sampled_from(
        [
            f"{covered} 13 2 300 20300101000000 20200101000000 1 example.org. AAAA"
            for covered in ("A", "CNAME", "DNAME", "SOA")
        ]
    ),
}


@st.composite
def records(draw: st.DrawFn) -> dns.rrset.RRset:
    rdtype = draw(st.sampled_from(sorted(RDATA)))
    rdclass = draw(st.sampled_from(["IN"] * 9 + ["CH"])) if rdtype == "TXT" else "IN"
    name = draw(st.sampled_from(FAMILY))
    rrset: dns.rrset.RRset = dns.rrset.from_text(name, 0, rdclass, rdtype, draw(RDATA[rdtype]))
    rrset.ttl = draw(ttls)
    return rrset


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """An upstream's reply to one question, with records that belong to it and records that do not."""
    message = dns.message.Message(id=1)
    message.flags = dns.flags.QR | dns.flags.RD | dns.flags.RA | draw(st.sampled_from([0, dns.flags.AD]))
    message.set_rcode(draw(st.sampled_from([0, 0, 0, 3, 2])))
    rdtype = draw(st.sampled_from(["A", "A", "AAAA", "CNAME", "TXT", "HTTPS", "MX", "SOA"]))
    message.question = [dns.rrset.from_text(draw(st.sampled_from(FAMILY)), 0, "IN", rdtype)]
    message.answer = draw(st.lists(records(), max_size=6))
    message.authority = draw(st.lists(records(), max_size=3))
    message.additional = draw(st.lists(records(), max_size=2))
    if draw(st.booleans()):
        message.use_edns(0, 0, 1232, options=draw(st.lists(options, max_size=2)))
    return message.to_wire(max_size=65_535)
