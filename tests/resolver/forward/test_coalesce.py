"""Equal questions share one flight, and every kind of waiting has a bound."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from filterdns.config.settings import ForwardLimits
from filterdns.names import parse_name
from filterdns.resolver.forward.coalesce import Bound, Flight, Flights, registrable
from filterdns.resolver.miss import Miss
from tests.resolver.forwarding import StandInClient, asked_with


def miss(name: str, client: StandInClient | None = None, **properties: Any) -> Miss:
    question = parse_name(name) + b"\0\1\0\1"
    flags, edns = asked_with(properties.pop("variant", 0))
    made = Miss(b"", 0, flags, question, edns, client or StandInClient(), 0)  # type: ignore[arg-type]
    for key, value in properties.items():
        setattr(made, key, value)
    return made


def joined(flights: Flights, asked: Miss) -> Flight:
    flight = flights.join(asked)
    assert isinstance(flight, Flight)
    return flight


def test_equal_questions_share_a_flight() -> None:
    flights = Flights(ForwardLimits())
    one, two = miss("example.org"), miss("example.org")
    flight = joined(flights, one)
    assert joined(flights, two) is flight
    assert flight.misses() == [one, two]
    flights.land(flight)
    assert flights.count == one.client.in_flight == two.client.in_flight == 0
    assert joined(flights, miss("example.org")) is not flight


@pytest.mark.parametrize("properties", [{"variant": 2}, {"variant": 1}, {"route": 1}, {"protected": 2}])
def test_other_variant_route_or_protection_is_another_flight(properties: dict[str, int]) -> None:
    flights = Flights(ForwardLimits())
    assert joined(flights, miss("example.org")) is not joined(flights, miss("example.org", **properties))


def test_waiters_of_one_answer_are_bounded() -> None:
    flights = Flights(ForwardLimits())
    for _ in range(64):
        joined(flights, miss("example.org"))
    assert flights.join(miss("example.org")) is Bound.WAITERS
    assert flights.count == 64


def test_misses_in_flight_are_bounded() -> None:
    flights = Flights(replace(ForwardLimits(), in_flight=10))
    for number in range(10):
        joined(flights, miss(f"www.example{number}.org"))
    assert flights.join(miss("www.example.com")) is Bound.IN_FLIGHT


def test_misses_of_one_client_are_bounded() -> None:
    flights = Flights(replace(ForwardLimits(), in_flight_a_client=5))
    greedy = StandInClient()
    flying = [joined(flights, miss(f"www.example{number}.org", greedy)) for number in range(5)]
    assert flights.join(miss("www.example.com", greedy)) is Bound.CLIENT
    joined(flights, miss("www.example.com"))
    flights.land(flying[0])
    joined(flights, miss("www.example.net", greedy))


def test_misses_below_one_domain_are_bounded() -> None:
    flights = Flights(replace(ForwardLimits(), in_flight_a_domain=5))
    flying = [joined(flights, miss(f"x{number}.attacked.example")) for number in range(5)]
    refused = miss("x9.attacked.example")
    assert flights.join(refused) is Bound.DOMAIN
    assert refused.client.in_flight == 0
    joined(flights, miss("www.other.example"))
    flights.land(flying[0])
    joined(flights, miss("x9.attacked.example"))


def test_domains_are_counted_right_however_often_counting_begins_and_ends() -> None:
    random = Random(7)
    limit = 6
    flights = Flights(replace(ForwardLimits(), in_flight_a_domain=limit))
    flying: list[Flight] = []
    refused = 0
    for number in range(4_000):
        if flying and random.random() < (0.2 if number // 500 % 2 else 0.7):
            flights.land(flying.pop(random.randrange(len(flying))))
            continue
        domain = random.choice(("one.example", "two.example", "three.example"))
        here = sum(registrable(flight.first.qname) == parse_name(domain) for flight in flying)
        outcome = flights.join(miss(f"n{number}.{domain}"))
        assert (outcome is Bound.DOMAIN) == (here >= limit)
        refused += outcome is Bound.DOMAIN
        if isinstance(outcome, Flight):
            flying.append(outcome)
    assert refused > 100


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("www.example.org", "example.org"),
        ("a.b.c.example.org", "example.org"),
        ("www.example.co.uk", "example.co.uk"),
        ("www.example.com.au", "example.com.au"),
        ("example.org", "example.org"),
        ("co.uk", "co.uk"),
        ("org", "org"),
        (".", "."),
    ],
)
def test_registrable_domain_is_about_right(name: str, domain: str) -> None:
    assert registrable(parse_name(name)) == parse_name(domain)


def test_earlier_attempts_are_forgotten_with_the_flight() -> None:
    flights = Flights(ForwardLimits())
    flight = joined(flights, miss("example.org"))
    first: dict[bytes, Flight] = {}
    second: dict[bytes, Flight] = {}
    flight.ask(first, b"aa")
    flight.ask(second, b"bb")
    assert (first, second) == ({b"aa": flight}, {b"bb": flight})
    flights.land(flight)
    assert not first
    assert not second
