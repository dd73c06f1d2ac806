"""What is said instead of a filtered name: kinds, SOA, TTL, reasons."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from filterdns.config.settings import Action, Answer, ClientNetwork, ProfileSettings, Settings, Window
from tests.messages import query, reply
from tests.resolver.listed import names, profile_of, resolver
from tests.resolving import Resolving, parsed, silent
from tests.scenarios.expect import extended_errors, rows

LISTED = {
    "casino.example": "gambling",
    "bad.example": "malware",
    "ordered.example": "legal_order",
    "closed.example": "restricted_legal",
    "held.example": "HOLD P2",
    "parent.example": "adult ALLOWED_BELOW",
    "clinic.parent.example": "adult P2",
    "alone.example": "=gambling",
    "play.example": "games",
}
PUBLIC = "https://filter.school.example"
TYPES = ["A", "AAAA", "HTTPS", "SVCB", "MX", "TXT", "ANY", "CNAME", "DS", "TYPE65281"]


def asking(kind: Answer = Answer.NXDOMAIN, public_url: str = PUBLIC) -> Resolving:
    settings = Settings(public_url=public_url, page_addresses=("192.0.2.80", "2001:db8::80"))
    return resolver(LISTED, silent, profile_of(answer=kind, deny=()), settings=settings)


def ask(resolving: Resolving, name: str, rtype: str = "A", **more: int) -> dns.message.Message:
    return parsed(resolving.ask(query(name, rtype, **more)))


@pytest.mark.parametrize("rtype", TYPES)
def test_nxdomain_says_so_for_every_type_and_can_be_cached_for_a_minute(rtype: str) -> None:
    message = ask(asking(), "www.casino.example", rtype)
    assert message.rcode() == dns.rcode.NXDOMAIN
    assert not message.answer
    assert [(name, ttl <= 60, rtype) for name, ttl, rtype, _ in rows(message.authority)] == [
        ("casino.example", True, "SOA")
    ]
    assert message.authority[0][0].minimum <= 60


@pytest.mark.parametrize("rtype", TYPES)
def test_null_forges_the_unspecified_address_and_has_nothing_else(rtype: str) -> None:
    message = ask(asking(Answer.NULL), "www.casino.example", rtype)
    forged = {"A": "0.0.0.0", "AAAA": "::"}.get(rtype)
    assert message.rcode() == dns.rcode.NOERROR
    if forged is None:
        assert not message.answer
        assert [row[2] for row in rows(message.authority)] == ["SOA"]
    else:
        assert rows(message.answer) == [("www.casino.example", 60, rtype, forged)]


@pytest.mark.parametrize("rtype", TYPES)
def test_page_leads_to_our_own_address_and_has_nothing_else(rtype: str) -> None:
    message = ask(asking(Answer.PAGE), "www.casino.example", rtype)
    ours = {"A": "192.0.2.80", "AAAA": "2001:db8::80"}.get(rtype)
    assert message.rcode() == dns.rcode.NOERROR
    if ours is None:
        assert not message.answer
        assert [row[2] for row in rows(message.authority)] == ["SOA"]
    else:
        assert rows(message.answer) == [("www.casino.example", 60, rtype, ours)]


@pytest.mark.parametrize("rtype", TYPES)
def test_refused_has_no_record(rtype: str) -> None:
    message = ask(asking(Answer.REFUSED), "www.casino.example", rtype)
    assert message.rcode() == dns.rcode.REFUSED
    assert not message.answer
    assert not message.authority


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("bad.example", 15, f"malware: {PUBLIC}/why/bad.example"),
        ("www.bad.example", 15, f"malware: {PUBLIC}/why/bad.example"),
        ("ordered.example", 16, f"legal_order: {PUBLIC}/why/ordered.example"),
        ("WWW.Casino.Example", 17, f"gambling: {PUBLIC}/why/casino.example"),
    ],
)
@pytest.mark.parametrize("tcp", [0, 1])
def test_the_reason_names_the_category_and_the_page_of_the_listing(name: str, code: int, text: str, tcp: int) -> None:
    resolving = asking()
    for wire in (query(name, edns=1232), query(name, edns=1232, flags=dns.flags.RD | dns.flags.CD)):
        assert extended_errors(parsed(resolving.ask(wire, transport=tcp))) == [(code, text)]


@pytest.mark.parametrize(("name", "code"), [("bad.example", 15), ("ordered.example", 16), ("casino.example", 17)])
@pytest.mark.parametrize("kind", [Answer.NULL, Answer.PAGE])
def test_a_forged_address_says_that_it_is_forged(name: str, code: int, kind: Answer) -> None:
    resolving = asking(kind)
    codes = [code for code, _ in extended_errors(ask(resolving, name, edns=1232))]
    assert codes == [4, code]
    assert extended_errors(ask(resolving, name, edns=1232))[0][1].endswith(f"/why/{name}")
    assert [code for code, _ in extended_errors(ask(resolving, name, "HTTPS", edns=1232))] == [code]


def test_no_opt_for_who_sent_none() -> None:
    for kind in Answer:
        assert ask(asking(kind), "casino.example").edns == -1
        assert ask(asking(kind), "casino.example", edns=1232).edns == 0


def test_a_household_rule_says_that_the_household_asked_for_it() -> None:
    resolving = resolver({}, silent, profile_of(deny=names("annoying.example")), settings=Settings(public_url=PUBLIC))
    errors = extended_errors(ask(resolving, "www.annoying.example", edns=1232))
    assert errors == [(17, f"household rule: {PUBLIC}/why/annoying.example")]


def test_names_of_a_closed_list_look_like_any_block_of_the_operator() -> None:
    resolving = asking()
    closed, held = (ask(resolving, name, edns=1232) for name in ("closed.example", "held.example"))
    assert extended_errors(closed) == extended_errors(held)
    assert [code for code, _ in extended_errors(closed)] == [15]
    text = extended_errors(closed)[0][1]
    assert "restricted" not in text
    assert "why" not in text
    assert closed.rcode() == held.rcode()


@pytest.mark.parametrize("kind", [Answer.NXDOMAIN, Answer.NULL, Answer.PAGE, Answer.REFUSED])
def test_no_text_is_over_120_octets_and_a_long_name_leaves_the_address_of_the_pages(kind: Answer) -> None:
    long = ".".join(["x" * 60] * 3) + ".example"
    listed = {long: "gambling"}
    resolving = resolver(
        listed, silent, profile_of(answer=kind), settings=Settings(public_url=PUBLIC, page_addresses=("192.0.2.80",))
    )
    texts = [text for _, text in extended_errors(ask(resolving, long, edns=1232)) if text]
    assert texts == [f"gambling: {PUBLIC}/why/"]
    far = resolver({"casino.example": "gambling"}, silent, settings=Settings(public_url="https://" + "p" * 200))
    assert all(len(text.encode()) <= 120 for _, text in extended_errors(ask(far, "casino.example", edns=1232)))


def test_the_text_goes_first_when_space_is_short_then_the_code() -> None:
    """At 512 octets, with a question that leaves less and less room."""
    listed = {"example": "gambling"}
    kinds = set()
    for length in range(60, 242):
        labels, left = [], length
        while left > 0:
            labels.append("a" * min(63, left))
            left -= 64
        name = ".".join(labels) + ".example"
        resolving = resolver(listed, silent, profile_of(answer=Answer.NXDOMAIN))
        got = resolving.ask(query(name, edns=512))
        assert got is not None
        assert len(got) <= 512
        message = parsed(got)
        assert not message.flags & dns.flags.TC
        assert message.rcode() == dns.rcode.NXDOMAIN
        kinds.add(tuple((code, bool(text)) for code, text in extended_errors(message)))
    assert kinds <= {((17, True),), ((17, False),), ()}
    assert ((17, True),) in kinds


def test_a_name_with_allowed_names_below_it_has_nodata() -> None:
    resolving = asking()
    for name in ("parent.example", "www.parent.example"):
        message = ask(resolving, name, edns=1232)
        assert message.rcode() == dns.rcode.NOERROR
        assert not message.answer
        assert [row[2] for row in rows(message.authority)] == ["SOA"]
        assert [code for code, _ in extended_errors(message)] == [17]


def test_a_listing_for_the_name_alone_has_nodata_since_names_below_it_resolve() -> None:
    resolving = resolver(LISTED, lambda asked: reply(asked, ["www.alone.example. 60 A 192.0.2.1"]))
    assert ask(resolving, "alone.example").rcode() == dns.rcode.NOERROR
    assert not ask(resolving, "alone.example").answer
    assert ask(resolving, "www.alone.example").answer


@pytest.mark.parametrize("rules", [{"allow": ("good.casino.example",)}, {"allow": ("a.b.good.casino.example",)}])
def test_above_what_the_household_allows_there_is_nodata(rules: dict[str, tuple[str, ...]]) -> None:
    """A resolver behind us that knows RFC 8020 takes NXDOMAIN to mean that nothing is below."""
    resolving = resolver(LISTED, silent, profile_of(allow=names(*rules["allow"])))
    message = ask(resolving, "casino.example", edns=1232)
    assert message.rcode() == dns.rcode.NOERROR
    assert not message.answer
    assert ask(resolving, "poker.casino.example").rcode() == dns.rcode.NXDOMAIN


def test_above_what_the_household_allows_a_denial_of_its_own_is_nodata_too() -> None:
    rules = {"deny": names("annoying.example"), "allow": names("good.annoying.example")}
    resolving = resolver({}, silent, profile_of(**rules))
    assert ask(resolving, "annoying.example").rcode() == dns.rcode.NOERROR
    assert ask(resolving, "bad.annoying.example").rcode() == dns.rcode.NXDOMAIN


def test_a_denial_above_a_protected_name_is_nodata_so_that_the_name_below_still_resolves() -> None:
    listed = {"help.university.example": "P1", "casino.example": "gambling"}
    resolving = resolver(listed, silent, profile_of(deny=names("university.example", "annoying.example")))
    assert ask(resolving, "university.example").rcode() == dns.rcode.NOERROR
    assert ask(resolving, "annoying.example").rcode() == dns.rcode.NXDOMAIN


def test_the_ttl_of_what_is_filtered_by_time_ends_when_the_window_opens() -> None:
    windows = (Window(frozenset(range(7)), 13 * 60, 14 * 60),)
    for kind in (Answer.NXDOMAIN, Answer.NULL):
        child = ProfileSettings("home", {"games": Action.TIME}, windows, answer=kind)
        resolving = resolver(LISTED, silent, child)
        for left in (600, 45, 10, 2, 1):
            resolving.clock.wall = resolving.clock.wall.replace(hour=12, minute=59, second=59)
            resolving.clock.advance(1 - left)
            resolving.pipeline.new_second(resolving.clock.now())
            message = ask(resolving, "play.example")
            for _, ttl, _, _ in [*rows(message.answer), *rows(message.authority)]:
                assert 1 <= ttl <= min(60, left)


def test_each_profile_has_its_own_kind_of_answer() -> None:
    null = ProfileSettings("null", profile_of().actions, answer=Answer.NULL)
    free = ProfileSettings("free")
    settings = Settings(clients=(ClientNetwork("127.0.0.2/32", "null"), ClientNetwork("127.0.0.3/32", "free")))
    resolving = resolver(
        LISTED,
        lambda asked: reply(asked, ["casino.example. 300 A 192.0.2.1"]),
        profile_of(),
        null,
        free,
        settings=settings,
    )
    wire = query("casino.example")
    for _ in range(2):
        assert parsed(resolving.ask(wire, "127.0.0.1")).rcode() == dns.rcode.NXDOMAIN
        assert rows(parsed(resolving.ask(wire, "127.0.0.2")).answer)[0][3] == "0.0.0.0"
        assert rows(parsed(resolving.ask(wire, "127.0.0.3")).answer)[0][3] == "192.0.2.1"


def test_what_is_filtered_never_reaches_an_upstream() -> None:
    for kind in Answer:
        resolving = asking(kind)
        for rtype in TYPES:
            for name in ("casino.example", "a.b.bad.example", "closed.example", "held.example"):
                ask(resolving, name, rtype)
        assert not resolving.asked
