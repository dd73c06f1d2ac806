"""unbound and NSD as upstreams: what they really send is read, kept and said again."""

from __future__ import annotations

import dns.flags
import dns.message
import pytest

from tests.messages import query
from tests.running import Running
from tests.scenarios.expect import check_form, rows


@pytest.fixture(params=["behind_unbound", "behind_nsd"])
def filterdns(request: pytest.FixtureRequest) -> Running:
    found: Running = request.getfixturevalue(request.param)
    return found


def asked(filterdns: Running, name: str, rtype: str = "A", **options: object) -> dns.message.Message:
    wire = query(name, rtype, **options)  # type: ignore[arg-type]
    reply = filterdns.ask(wire)
    assert reply is not None
    return check_form(wire, reply)


def test_addresses_aliases_and_wildcards(filterdns: Running) -> None:
    assert [row[3] for row in rows(asked(filterdns, "www.example.net").answer)] == ["192.0.2.1"]
    assert [row[2] for row in rows(asked(filterdns, "alias.example.net").answer)] == ["CNAME", "A"]
    assert [row[3] for row in rows(asked(filterdns, "any.wild.example.net").answer)] == ["192.0.2.3"]


def test_what_does_not_exist_is_kept_with_its_soa(filterdns: Running) -> None:
    for _ in range(2):
        message = asked(filterdns, "nothing.example.net")
        assert message.rcode() == 3
        assert [row[2] for row in rows(message.authority)] == ["SOA"]
    nodata = asked(filterdns, "www.example.net", "MX")
    assert nodata.rcode() == 0
    assert not nodata.answer


def test_the_upstreams_authority_does_not_become_ours(filterdns: Running) -> None:
    message = asked(filterdns, "www.example.net", edns=1232, dnssec=True)
    assert not message.flags & (dns.flags.AA | dns.flags.AD)
    assert not message.additional


def test_a_long_answer_comes_over_tcp(filterdns: Running) -> None:
    wire = query("long.example.net", "TXT")
    reply = filterdns.ask_tcp(wire)
    assert reply is not None
    message = check_form(wire, reply)
    assert len(rows(message.answer)) == 1
    assert len(reply) > 1_900


def test_a_public_name_cannot_point_inside(filterdns: Running) -> None:
    message = asked(filterdns, "inside.example.net", edns=1232)
    assert not message.answer
    assert message.rcode() == 0
