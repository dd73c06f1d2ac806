from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filterdns.config.settings import Action, ClientNetwork, ProfileSettings, Settings
from filterdns.lists.build import build_release
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from filterdns.resolver.counters import CACHED, WORKER_SLOTS
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.miss import Miss
from filterdns.resolver.rules import Rules
from filterdns.resolver.servers.interfaces import LocalAddress
from filterdns.resolver.shared import Shared
from filterdns.resolver.words import Orders, read_orders, write_orders
from tests.messages import query
from tests.resolving import HandClock, parsed

BUILT = datetime(2026, 11, 22, tzinfo=UTC)
LISTED = "adult.filterdns.test"
HELPLINE = "helpline.example"
CHILDREN = ProfileSettings("children", {"adult": Action.FILTER, "restricted_legal": Action.FILTER})
SETTINGS = Settings(profiles=(CHILDREN,), default_profile="children")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    build_release(shipped_folder(), None, folder, BUILT)
    return folder


class Scene:
    def __init__(self, settings: Settings, state: Path, helplines: frozenset[bytes] = frozenset()) -> None:
        self.said: list[str] = []
        self.shared = Shared()
        self.clock = HandClock(when=BUILT)
        self.orders = Orders(settings, {"children": 0}, helplines)
        self.rules = Rules(0, self.orders, state, self.shared, b"secret", self.said.append, self.clock)  # type: ignore[arg-type]

    def rcode(self, name: str) -> int | None:
        """None: it would be forwarded."""
        clients = Clients(self.rules.networks([]), self.rules.settings.rates)
        now = self.clock.now()
        reply = self.rules.pipeline.answer_now(query(name, edns=1232), clients.get(b"\x7f\0\0\1", now), now, 0)
        self.last = reply
        return None if isinstance(reply, Miss) else parsed(reply).rcode()

    def use(self, settings: Settings) -> None:
        self.rules.use(replace(self.orders, settings=settings))

    def tick(self) -> None:
        self.clock.advance(1)
        self.rules.tick(self.clock.now(), self.clock.when())


def test_a_release_is_used_from_the_first_query(state: Path) -> None:
    scene = Scene(SETTINGS, state)
    assert scene.rules.release == 1
    assert scene.rcode(LISTED) == 3
    assert scene.rcode("open.example") is None


def test_without_a_release_all_resolves_and_helplines_before_the_households_rules(tmp_path: Path) -> None:
    deny = (parse_name(HELPLINE), parse_name("denied.example"))
    settings = replace(SETTINGS, profiles=(replace(CHILDREN, deny=deny),))
    scene = Scene(settings, tmp_path, frozenset({parse_name(HELPLINE)}))
    assert scene.rules.release == 0
    assert scene.rcode("denied.example") == 3
    assert scene.rcode(f"www.{HELPLINE}") is None
    build_release(shipped_folder(), None, tmp_path, BUILT)
    scene.tick()
    assert scene.rules.release == 1
    assert scene.rcode(LISTED) == 3


def test_names_on_the_closed_list_look_like_any_block_of_the_operator(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "closed"
    file.write_text("# an order\nclosed.example\n\nother.example # until May\n", encoding="utf-8")
    scene = Scene(replace(SETTINGS, restricted_names_file=str(file)), state)
    assert scene.rcode("www.closed.example") == 3
    assert b"operator" in bytes(scene.last)  # type: ignore[arg-type]
    assert b"restricted" not in bytes(scene.last)  # type: ignore[arg-type]
    assert scene.rcode("other.example") == 3
    assert scene.rcode(LISTED) == 3
    assert scene.rcode("example") is None


def test_a_closed_list_that_cannot_be_read_keeps_the_one_before_and_tells_no_name(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "closed"
    file.write_text("closed.example\n", encoding="utf-8")
    settings = replace(SETTINGS, restricted_names_file=str(file))
    scene = Scene(settings, state)
    file.write_text("open.example\nsecret..name\n", encoding="utf-8")
    scene.use(settings)
    assert scene.rcode("closed.example") == 3
    assert scene.rcode("open.example") is None
    assert "closed:2: expected a domain name" in scene.said[0]
    assert "secret" not in scene.said[0]
    scene.use(SETTINGS)
    assert scene.rcode("closed.example") is None


def test_new_settings_hold_for_the_next_query_and_counters_go_on(state: Path) -> None:
    scene = Scene(SETTINGS, state)
    scene.rules.profiles.all[0].counts[CACHED] = 7
    scene.use(replace(SETTINGS, profiles=(ProfileSettings("children"),)))
    assert scene.rcode(LISTED) != 3
    assert scene.rules.profiles.all[0].counts[CACHED] == 7


def test_counters_of_a_worker_go_on_where_the_one_before_it_ended(state: Path) -> None:
    first = Scene(SETTINGS, state)
    first.rules.profiles.all[0].counts[CACHED] = 7
    columns = [(column, profile.counts) for column, profile in first.rules.shown_profiles()]
    first.shared.store(0, [0] * WORKER_SLOTS, columns)
    again = Rules(0, first.orders, state, first.shared, b"secret", print, first.clock)  # type: ignore[arg-type]
    assert again.profiles.all[0].counts[CACHED] == 7


def test_listings_expire_on_their_day(tmp_path: Path) -> None:
    overlay = tmp_path / "lists" / "own"
    overlay.mkdir(parents=True)
    (overlay / "adult.txt").write_text("passing.example\n", encoding="utf-8")
    build_release(shipped_folder(), tmp_path / "lists", tmp_path, BUILT)
    scene = Scene(SETTINGS, tmp_path)
    assert scene.rcode("passing.example") == 3
    for _ in range(800):  # a day at a time, as a clock does that is right
        scene.clock.seconds += 86_400
        scene.clock.wall += timedelta(days=1)
        scene.rules.tick(scene.clock.now(), scene.clock.when())
    assert scene.rules.release == 1
    assert scene.rcode("passing.example") is None


def test_who_may_ask(state: Path) -> None:
    machine = [LocalAddress("127.0.0.1", 8, 1), LocalAddress("2001:db8::2", 64, 1), LocalAddress("203.0.113.2", 24, 2)]
    home = Scene(SETTINGS, state).rules.networks(machine)
    assert home.may_ask(b"\xc0\xa8\0\1")
    assert home.may_ask(bytes.fromhex("20010db8000000000000000000000077"))  # on the link that we listen on
    assert not home.may_ask(b"\xcb\0\x71\x07")
    named = Scene(replace(SETTINGS, allowed_networks=("198.51.100.0/24",)), state).rules.networks(machine)
    assert named.may_ask(b"\xc6\x33\x64\1")
    assert not named.may_ask(b"\x7f\0\0\1")
    everybody = Scene(replace(SETTINGS, open_resolver=True), state).rules.networks(machine)
    assert everybody.may_ask(b"\xcb\0\x71\x07")


def test_clients_belong_to_the_profile_of_their_network(state: Path) -> None:
    staff = ProfileSettings("staff")
    settings = replace(SETTINGS, profiles=(CHILDREN, staff), clients=(ClientNetwork("10.7.0.0/16", "staff"),))
    networks = Scene(settings, state).rules.networks([])
    assert networks.profile_of(b"\x0a\x07\0\1").id == "staff"
    assert networks.profile_of(b"\x0a\x08\0\1").id == "children"


def test_orders_come_through_in_any_pieces() -> None:
    orders = Orders(SETTINGS, {"children": 0})
    octets = write_orders(orders) * 2
    received, found = bytearray(), []
    for octet in octets:
        received.append(octet)
        if (order := read_orders(received)) is not None:
            found.append(order)
    assert found == [orders, orders]
