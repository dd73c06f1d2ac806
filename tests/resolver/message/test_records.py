"""Replies of upstreams: what is kept of them, held against dnspython."""

from __future__ import annotations

import dns.edns
import dns.message
import dns.name
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import WireFault
from filterdns.names import parse_name
from filterdns.resolver.message.records import Answer, read_answer


def question_of(name: str, rtype: str = "A") -> bytes:
    wire = dns.message.make_query(name, rtype).to_wire()
    return wire[12:]


def reply_to(
    name: str, rtype: str = "A", *, answer: str = "", authority: str = "", additional: str = "", rcode: int = 0, **edns
) -> bytes:
    message = dns.message.make_response(dns.message.make_query(name, rtype), recursion_available=True)
    for section, text in ((message.answer, answer), (message.authority, authority), (message.additional, additional)):
        for line in filter(None, map(str.strip, text.splitlines())):
            owner, ttl, _, of, rdata = line.split(None, 4)
            section.append(dns.rrset.from_text(dns.name.from_text(owner), int(ttl), "IN", of, rdata))
    if edns:
        message.use_edns(0, **edns)
    message.set_rcode(rcode)
    return message.to_wire(max_size=65_535)


def laid_out(answer: Answer, question: bytes) -> dns.message.Message:
    """The kept records behind a question in other letter case, as dnspython reads them."""
    counts = b"".join(n.to_bytes(2) for n in (1, answer.ancount, answer.nscount, 0))
    return dns.message.from_wire(b"\0\0\x81\x80" + counts + question[:-4].swapcase() + question[-4:] + answer.body)


def texts(section: list[dns.rrset.RRset]) -> list[str]:
    return [line.lower() for rrset in section for line in rrset.to_text().splitlines()]


def kept(reply: bytes, question: bytes, do: bool = False) -> tuple[list[str], list[str], Answer]:
    answer = read_answer(reply, question, do)
    message = laid_out(answer, question)
    ttls = [int.from_bytes(answer.body[at : at + 4]) for at in answer.ttl_offsets]
    assert list(answer.ttls) == ttls
    assert len(ttls) == answer.ancount + answer.nscount
    return texts(message.answer), texts(message.authority), answer


def test_one_address_is_read() -> None:
    question = question_of("www.example.org")
    lines, _, answer = kept(reply_to("www.example.org", answer="www.example.org 300 IN A 192.0.2.7"), question)
    assert lines == ["www.example.org. 300 in a 192.0.2.7"]
    assert answer.addresses == (bytes([192, 0, 2, 7]),)
    assert (answer.rcode, answer.negative, answer.truncated, answer.targets) == (0, False, False, ())


@pytest.mark.parametrize("payload", [0, 1232])
@pytest.mark.parametrize("rtype", ["A", "AAAA"])
def test_many_addresses_are_read(payload: int, rtype: str) -> None:
    text = "".join(
        f"many.example 60 IN {rtype} {f'192.0.2.{n}' if rtype == 'A' else f'2001:db8::{n:x}'}\n" for n in range(1, 30)
    )
    edns = {"payload": payload} if payload else {}
    lines, _, answer = kept(reply_to("many.example", rtype, answer=text, **edns), question_of("many.example", rtype))
    assert len(lines) == answer.ancount == len(answer.addresses) == 29


def test_chain_is_kept_and_its_targets_named() -> None:
    reply = reply_to(
        "www.example.org",
        answer="""www.example.org 300 IN CNAME cdn.example.net.
        cdn.example.net 20 IN CNAME Edge.cdn.example.
        edge.cdn.example 30 IN A 192.0.2.1
        edge.cdn.example 30 IN A 192.0.2.2""",
    )
    lines, _, answer = kept(reply, question_of("www.example.org"))
    assert len(lines) == 4
    assert answer.targets == (parse_name("cdn.example.net"), parse_name("edge.cdn.example"))
    assert answer.body in reply  # nothing was composed anew


def test_records_of_other_names_and_types_are_dropped() -> None:
    reply = reply_to(
        "www.example.org",
        answer="""victim.example 300 IN A 192.0.2.66
        www.example.org 300 IN TXT "no"
        www.example.org 300 IN A 192.0.2.1""",
        authority="example.org 300 IN NS ns.example.org.",
        additional="ns.example.org 300 IN A 192.0.2.53",
    )
    lines, authority, answer = kept(reply, question_of("www.example.org"))
    assert lines == ["www.example.org. 300 in a 192.0.2.1"]
    assert authority == []
    assert answer.addresses == (bytes([192, 0, 2, 1]),)


def test_chain_in_disorder_is_put_in_order() -> None:
    reply = reply_to("a.example", answer="b.example 9 IN A 192.0.2.1\na.example 9 IN CNAME b.example.")
    lines, _, _ = kept(reply, question_of("a.example"))
    assert lines == ["a.example. 9 in cname b.example.", "b.example. 9 in a 192.0.2.1"]


def test_dname_is_followed() -> None:
    text = "old.example 9 IN DNAME new.example.\n{}x.new.example 9 IN A 192.0.2.1"
    for made in ("x.old.example 9 IN CNAME x.new.example.\n", ""):
        lines, _, answer = kept(reply_to("x.old.example", answer=text.format(made)), question_of("x.old.example"))
        assert lines[0] == "old.example. 9 in dname new.example."
        assert lines[-1] == "x.new.example. 9 in a 192.0.2.1"
        assert set(answer.targets) == {parse_name("x.new.example"), parse_name("new.example")}


def test_loop_of_aliases_ends() -> None:
    reply = reply_to("a.example", answer="a.example 9 IN CNAME b.example.\nb.example 9 IN CNAME a.example.")
    lines, _, answer = kept(reply, question_of("a.example"))
    assert len(lines) == 2
    assert answer.negative


def test_chain_of_too_many_aliases_is_a_fault() -> None:
    text = "\n".join(f"n{i}.example 9 IN CNAME n{i + 1}.example." for i in range(20))
    with pytest.raises(WireFault):
        read_answer(reply_to("n0.example", answer=text), question_of("n0.example"), False)


def test_negative_answer_keeps_soa_at_or_above_the_last_name() -> None:
    soa = "example.org 900 IN SOA ns.example.org. root.example.org. 1 2 3 4 60"
    reply = reply_to("no.example.org", authority=f"other.example 5 IN SOA a. b. 1 2 3 4 5\n{soa}", rcode=3)
    _, authority, answer = kept(reply, question_of("no.example.org"))
    assert authority == ["example.org. 900 in soa ns.example.org. root.example.org. 1 2 3 4 60"]
    assert (answer.negative, answer.soa_minimum, answer.rcode) == (True, 60, 3)


def test_soa_beside_an_answer_is_dropped() -> None:
    soa = "example.org 900 IN SOA ns.example.org. root.example.org. 1 2 3 4 60"
    _, authority, answer = kept(
        reply_to("a.example.org", answer="a.example.org 5 IN A 192.0.2.1", authority=soa), question_of("a.example.org")
    )
    assert authority == []
    assert answer.soa_minimum is None


def test_nxdomain_behind_a_cname_keeps_the_chain() -> None:
    reply = reply_to(
        "www.example.org",
        answer="www.example.org 60 IN CNAME gone.listed.example.",
        authority="listed.example 60 IN SOA a. b. 1 2 3 4 5",
        rcode=3,
    )
    lines, authority, answer = kept(reply, question_of("www.example.org"))
    assert len(lines) == len(authority) == 1
    assert answer.targets == (parse_name("gone.listed.example"),)
    assert answer.negative


SIGNED = "RRSIG A 8 2 300 20300101000000 20200101000000 1 example.org. AAAA"
PROOF = "RRSIG NSEC 8 2 300 20300101000000 20200101000000 1 example.org. AAAA"


def test_signatures_and_proofs_stay_only_for_do() -> None:
    reply = reply_to(
        "a.example.org",
        answer=f"a.example.org 5 IN A 192.0.2.1\na.example.org 5 IN {SIGNED}",
        authority=f"""b.example.org 5 IN NSEC c.example.org. A
        b.example.org 5 IN {PROOF}
        z.example 5 IN NSEC y.example. A""",
    )
    question = question_of("a.example.org")
    with_do, proofs, _ = kept(reply, question, do=True)
    assert (len(with_do), len(proofs)) == (2, 2)
    without, none, _ = kept(reply, question)
    assert (len(without), len(none)) == (1, 0)


def test_service_targets_and_hints_are_found() -> None:
    rdata = "1 svc.cdn.example. alpn=h2 ipv4hint=192.168.1.1 ipv6hint=2001:db8::1"
    reply = reply_to("www.example.org", "HTTPS", answer=f"www.example.org 60 IN HTTPS {rdata}")
    _, _, answer = kept(reply, question_of("www.example.org", "HTTPS"))
    assert answer.targets == (parse_name("svc.cdn.example"),)
    assert answer.addresses == (bytes([192, 168, 1, 1]), bytes.fromhex("20010db8000000000000000000000001"))


def test_service_target_of_root_is_no_target() -> None:
    reply = reply_to("www.example.org", "HTTPS", answer="www.example.org 60 IN HTTPS 1 . alpn=h2")
    assert kept(reply, question_of("www.example.org", "HTTPS"))[2].targets == ()


def test_names_in_rdata_survive() -> None:
    text = "".join(
        f"example.org 60 IN {line}\n" for line in ("MX 10 mx1.mail.example.org.", "MX 20 mx2.mail.example.org.")
    )
    dropped = "other.example 60 IN MX 1 mail.example.org.\n"
    for answer in (text, dropped + text):
        lines, _, _ = kept(reply_to("example.org", "MX", answer=answer), question_of("example.org", "MX"))
        assert len(lines) == 2
        assert lines[1].endswith("mx2.mail.example.org.")


def test_unknown_type_passes() -> None:
    reply = reply_to("example.org", "TYPE65400", answer="example.org 60 IN TYPE65400 \\# 4 c00cc00c")
    lines, _, _ = kept(reply, question_of("example.org", "TYPE65400"))
    assert lines == ["example.org. 60 in type65400 \\# 4 c00cc00c"]


def test_other_class_is_dropped() -> None:
    reply = bytearray(reply_to("example.org", answer="example.org 60 IN A 192.0.2.1"))
    reply[-12] = 3  # class CH
    assert read_answer(bytes(reply), question_of("example.org"), False).ancount == 0


def test_ttl_above_31_bits_counts_as_zero() -> None:
    reply = bytearray(reply_to("example.org", answer="example.org 60 IN A 192.0.2.1"))
    reply[-10] = 0x80
    assert read_answer(bytes(reply), question_of("example.org"), False).ttls == (0,)


def test_truncated_reply_is_not_read_further() -> None:
    reply = bytearray(reply_to("example.org", answer="example.org 60 IN A 192.0.2.1"))
    reply[2] |= 2
    answer = read_answer(bytes(reply[:-3]), question_of("example.org"), False)
    assert answer.truncated
    assert answer.body == b""


def test_error_of_upstream_is_told_with_its_ede() -> None:
    reply = reply_to("example.org", rcode=2, options=[dns.edns.EDEOption(6, "bogus")])
    answer = read_answer(reply, question_of("example.org"), False)
    assert (answer.rcode, answer.ede, answer.body) == (2, 6, b"")
    assert read_answer(reply_to("example.org", rcode=16, payload=1232), question_of("example.org"), False).rcode == 16


def test_ad_is_read() -> None:
    reply = bytearray(reply_to("example.org", answer="example.org 60 IN A 192.0.2.1"))
    reply[3] |= 0x20
    assert read_answer(bytes(reply), question_of("example.org"), False).authenticated


def test_reply_to_another_question_is_a_fault() -> None:
    reply = reply_to("example.org", answer="example.org 60 IN A 192.0.2.1")
    for other in (question_of("example.net"), question_of("example.org", "AAAA"), question_of("www.example.org")):
        with pytest.raises(WireFault):
            read_answer(reply, other, False)


def test_letter_case_of_the_question_is_no_matter_here() -> None:
    reply = reply_to("eXample.ORG", answer="example.org 60 IN A 192.0.2.1")
    assert read_answer(reply, question_of("example.org"), False).ancount == 1


def test_every_address_of_a_64_kib_answer_is_read() -> None:
    text = "".join(f"big.example 60 IN A 198.51.{n >> 8}.{n & 255}\n" for n in range(4000))
    assert len(kept(reply_to("big.example", answer=text), question_of("big.example"))[0]) == 4000


def pointing(target: int, rtype: bytes = b"\0\5") -> bytes:
    """A reply with one alias whose target is a pointer to an offset."""
    head = b"\0\0\x81\x80\0\1\0\1\0\0\0\0" + question_of("example.org")
    return head + b"\xc0\x0c" + rtype + b"\0\1\0\0\0\x3c\0\2" + (0xC000 | target).to_bytes(2)


@pytest.mark.parametrize("target", [0, 11, 41, 42, 43, 200, 0x3FFF])
def test_pointer_that_leads_forward_or_out_is_a_fault(target: int) -> None:
    with pytest.raises(WireFault):
        read_answer(pointing(target), question_of("example.org"), False)


def test_pointer_to_octets_that_are_no_name_is_composed_anew() -> None:
    # Offset 35 is the TTL's first octet: a patched TTL would change the target.
    question = question_of("example.org")
    answer = read_answer(pointing(35), question, False)
    assert answer.targets == (b"\0",)
    assert answer.body.endswith(b"\0\1\0")  # RDLENGTH 1, the root's name in full


@pytest.mark.parametrize(("hops", "fine"), [(5, True), (200, False)])
def test_chain_of_pointers_ends(hops: int, fine: bool) -> None:
    """The RDATA of a first record is a chain of pointers, and the owner of a second one leads into it."""
    question = question_of("example.org", "TXT")
    begin = 12 + len(question) + 12
    chain = b"".join((0xC000 | (begin + 2 * n - 2 if n else 12)).to_bytes(2) for n in range(hops))
    first = b"\xc0\x0c\0\x10\0\1\0\0\0\0" + len(chain).to_bytes(2) + chain
    second = (0xC000 | (begin + 2 * hops - 2)).to_bytes(2) + b"\0\x10\0\1\0\0\0\0\0\2\1x"
    reply = b"\0\0\x81\x80\0\1\0\2\0\0\0\0" + question + first + second
    if fine:
        assert read_answer(reply, question, False).ancount == 2
    else:
        with pytest.raises(WireFault):
            read_answer(reply, question, False)


@given(st.binary(max_size=300))
def test_any_octets_are_a_fault_or_an_answer(octets: bytes) -> None:
    question = question_of("example.org")
    for reply in (octets, b"\0\0\x81\x80" + octets, b"\0\0\x81\x80\0\1\0\2\0\1\0\1" + question + octets):
        try:
            answer = read_answer(reply, question, True)
        except WireFault:
            continue
        assert_sound(answer)


def assert_sound(answer: Answer) -> None:
    """Places and values of TTLs fit the body."""
    assert len(answer.ttl_offsets) == len(answer.ttls) == answer.ancount + answer.nscount
    assert all(0 <= at <= len(answer.body) - 6 for at in answer.ttl_offsets)
    assert all(0 <= ttl <= 0x7FFFFFFF for ttl in answer.ttls)


BASE = reply_to(
    "www.example.org",
    answer=f"""www.example.org 300 IN CNAME cdn.example.net.
    cdn.example.net 20 IN A 192.0.2.1
    cdn.example.net 20 IN {SIGNED}""",
    authority=f"b.example.org 5 IN NSEC c.example.org. A\nb.example.org 5 IN {PROOF}",
    payload=1232,
)


@given(st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(BASE)))
def test_mutated_reply_is_a_fault_or_an_answer(changes: list[tuple[int, int]], cut: int) -> None:
    reply = bytearray(BASE)
    for at, octet in changes:
        reply[at] = octet
    for octets in (bytes(reply), bytes(reply[:cut])):
        question = question_of("www.example.org")
        try:
            answer = read_answer(octets, question, True)
        except WireFault:
            continue
        assert_sound(answer)
