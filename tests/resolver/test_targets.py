"""Where an answer leads: aliases and service targets are evaluated for each profile, fresh and from the cache."""

from __future__ import annotations

import dns.message
import dns.rcode
import pytest

from filterdns.config.settings import ClientNetwork, ProfileSettings, Settings
from tests.messages import query, reply
from tests.resolver.listed import index_of, names, profile_of, resolver
from tests.resolving import Resolving, parsed
from tests.scenarios.expect import extended_errors

STRICT, FREE = "127.0.0.1", "127.0.0.2"
ANSWERS = {
    ("alias.example.net", "A"): ["alias.example.net. 300 CNAME casino.example.", "casino.example. 300 A 192.0.2.1"],
    ("chain.example.net", "A"): [
        "chain.example.net. 300 CNAME between.example.org.",
        "between.example.org. 300 CNAME www.casino.example.",
        "www.casino.example. 300 A 192.0.2.1",
    ],
    ("infected.example.net", "A"): [
        "infected.example.net. 300 CNAME cdn.bad.example.",
        "cdn.bad.example. 300 A 192.0.2.1",
    ],
    ("svc.example.net", "HTTPS"): ["svc.example.net. 300 HTTPS 0 casino.example."],
    ("svc.example.net", "SVCB"): ["svc.example.net. 300 SVCB 1 casino.example. alpn=h2"],
    ("self.example.net", "HTTPS"): ["self.example.net. 300 HTTPS 1 . alpn=h2"],
    ("chat.help.example", "A"): ["chat.help.example. 300 CNAME cdn.bad.example.", "cdn.bad.example. 300 A 192.0.2.1"],
    ("clinic.example", "A"): ["clinic.example. 300 CNAME cdn.bad.example.", "cdn.bad.example. 300 A 192.0.2.1"],
    ("ordered.clinic.example", "A"): [
        "ordered.clinic.example. 300 CNAME ordered.example.",
        "ordered.example. 300 A 192.0.2.1",
    ],
    ("held.help.example", "A"): ["held.help.example. 300 CNAME held.example.", "held.example. 300 A 192.0.2.1"],
    ("to-clinic.example.net", "A"): [
        "to-clinic.example.net. 300 CNAME clinic.example.",
        "clinic.example. 300 A 192.0.2.1",
    ],
    ("plain.example.net", "A"): ["plain.example.net. 300 A 192.0.2.1"],
}
LISTED = {
    "casino.example": "gambling",
    "bad.example": "malware",
    "ordered.example": "legal_order",
    "held.example": "HOLD",
    "help.example": "P1",
    "clinic.example": "P2 adult",
}


def upstream(asked: bytes) -> bytes:
    question = dns.message.from_wire(asked).question[0]
    key = (question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name)
    return reply(asked, ANSWERS[key])


def made(profile: ProfileSettings | None = None, listed: dict[str, str] | None = None) -> Resolving:
    settings = Settings(clients=(ClientNetwork(f"{FREE}/32", "free"),))
    listed = LISTED if listed is None else listed
    return resolver(listed, upstream, profile or profile_of(), ProfileSettings("free"), settings=settings)


def is_filtered(resolving: Resolving, name: str, rtype: str = "A", client: str = STRICT) -> bool:
    message = parsed(resolving.ask(query(name, rtype, edns=1232), client))
    filtered = bool(extended_errors(message))
    assert filtered != bool(message.answer)
    return filtered


@pytest.mark.parametrize(
    ("name", "rtype"),
    [
        ("alias.example.net", "A"),
        ("chain.example.net", "A"),
        ("infected.example.net", "A"),
        ("svc.example.net", "HTTPS"),
        ("svc.example.net", "SVCB"),
    ],
)
def test_an_answer_that_leads_to_a_listed_name_is_filtered(name: str, rtype: str) -> None:
    resolving = made()
    assert all(is_filtered(resolving, name, rtype) for _ in range(3))
    assert len(resolving.asked) == 1, "the answer is in the cache for those who may see it"


@pytest.mark.parametrize("first", [STRICT, FREE])
@pytest.mark.parametrize("name", ["alias.example.net", "chain.example.net"])
def test_each_profile_decides_on_the_targets_by_itself_also_from_the_cache(first: str, name: str) -> None:
    resolving = made()
    is_filtered(resolving, name, client=first)
    for _ in range(2):
        assert is_filtered(resolving, name, client=STRICT)
        assert not is_filtered(resolving, name, client=FREE)
        resolving.clock.advance(1)
    assert len(resolving.asked) == 1


def test_the_reason_names_the_target_and_its_page() -> None:
    resolving = made()
    for _ in range(2):
        errors = extended_errors(parsed(resolving.ask(query("chain.example.net", edns=1232))))
        assert [code for code, _ in errors] == [17]
        assert errors[0][1].startswith("gambling: ")
        assert errors[0][1].endswith("/why/casino.example")


def test_names_below_one_with_a_listed_alias_may_resolve() -> None:
    message = parsed(made().ask(query("alias.example.net")))
    assert message.rcode() == dns.rcode.NOERROR
    assert [rrset.name.to_text() for rrset in message.authority] == ["alias.example.net."]


def test_a_service_that_is_its_own_target_is_not_filtered() -> None:
    assert not is_filtered(made(), "self.example.net", "HTTPS")


@pytest.mark.parametrize("name", ["chat.help.example", "clinic.example"])
def test_a_protected_question_behind_a_listed_network_resolves(name: str) -> None:
    resolving = made()
    for _ in range(3):
        assert not is_filtered(resolving, name)
        resolving.clock.advance(1)


def test_an_order_and_a_hold_reach_the_targets_as_far_as_they_reach_names() -> None:
    resolving = made()
    assert is_filtered(resolving, "ordered.clinic.example"), "legal stands before P2"
    assert is_filtered(resolving, "held.help.example"), "a hold stands before P1"


def test_a_protected_target_is_no_reason_to_filter() -> None:
    assert not is_filtered(made(), "to-clinic.example.net")


def test_the_households_allowance_of_the_question_covers_content_behind_it_and_not_security() -> None:
    resolving = made(profile_of(allow=names("example.net")))
    for _ in range(2):
        assert not is_filtered(resolving, "alias.example.net")
        assert not is_filtered(resolving, "svc.example.net", "HTTPS")
        assert is_filtered(resolving, "infected.example.net")
        resolving.clock.advance(1)


def test_the_households_denial_reaches_targets_fresh_and_from_the_cache() -> None:
    resolving = made(profile_of([], deny=names("casino.example")))
    assert not is_filtered(resolving, "chain.example.net", client=FREE)
    for _ in range(2):
        assert is_filtered(resolving, "chain.example.net", client=STRICT)
        assert not is_filtered(resolving, "plain.example.net", client=STRICT)


def test_an_allowance_of_a_target_alone_does_not_save_a_listed_question() -> None:
    resolving = made(profile_of(allow=names("casino.example")), {"alias.example.net": "adult"})
    assert is_filtered(resolving, "alias.example.net")


def test_a_new_release_is_felt_by_what_is_cached() -> None:
    resolving = made(listed={})
    for name in ("alias.example.net", "plain.example.net"):
        assert not is_filtered(resolving, name)
    resolving.pipeline.use_release(index_of({"casino.example": "gambling", "plain.example.net": "adult"}))
    for name in ("alias.example.net", "plain.example.net"):
        assert is_filtered(resolving, name)
    resolving.pipeline.use_release(index_of({}))
    for name in ("alias.example.net", "plain.example.net"):
        assert not is_filtered(resolving, name)
    assert len(resolving.asked) == 2


def test_a_release_that_comes_while_an_upstream_is_asked_decides() -> None:
    resolving = made(listed={})

    def swap_and_answer(asked: bytes) -> bytes:
        resolving.pipeline.use_release(index_of({"casino.example": "gambling", "plain.example.net": "adult"}))
        return upstream(asked)

    resolving.upstream = swap_and_answer
    assert is_filtered(resolving, "plain.example.net")
    assert is_filtered(resolving, "alias.example.net")


def test_a_negative_answer_with_an_alias_into_a_listed_name_is_filtered() -> None:
    soa = ["example.net. 300 SOA a.example.net. b.example.net. 1 2 3 4 300"]
    resolving = made()
    resolving.upstream = lambda asked: reply(
        asked, ["gone.example.net. 300 CNAME x.casino.example."], rcode="NXDOMAIN", authority=soa
    )
    for _ in range(2):
        errors = extended_errors(parsed(resolving.ask(query("gone.example.net", edns=1232))))
        assert [code for code, _ in errors] == [17]


def test_stale_data_is_filtered_like_fresh_data() -> None:
    resolving = made()
    assert not is_filtered(resolving, "alias.example.net", client=FREE)
    resolving.clock.advance(400)
    resolving.upstream = lambda asked: None
    assert is_filtered(resolving, "alias.example.net", client=STRICT)
    message = parsed(resolving.ask(query("alias.example.net", edns=1232), FREE))
    assert message.answer
    assert [code for code, _ in extended_errors(message)] == [3]
