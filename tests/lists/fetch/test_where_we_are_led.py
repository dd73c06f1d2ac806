"""A list server must not steer us into the house, nor away from TLS; every address of every hop is looked at."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from filterdns.lists.fetch.house import is_house_address, is_house_name
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, recipe
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

OUTSIDE = ip_network("127.0.0.0/30")  # for these tests the Internet; the rest of loopback is the house


class Names(AbstractResolver):
    """Names of a test and their addresses."""

    def __init__(self, addresses: Mapping[str, list[str]]) -> None:
        self.addresses = dict(addresses)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.addresses:
            raise OSError(None, "no such name")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.addresses[host]
        ]

    async def close(self) -> None: ...


@pytest.fixture
def names() -> Names:
    return Names({"lists.example": ["127.0.0.1"], "mirror.example": ["127.0.0.1"]})


@pytest.fixture
def outside(fetching: Fetching, names: Names) -> Fetching:
    """127.0.0.1 to 127.0.0.3 are public addresses here."""
    fetching.network = replace(
        fetching.network, resolver=names, is_house=lambda address: ip_address(address) not in OUTSIDE
    )
    return fetching


@pytest.fixture
def router(tmp_path: Path, authority: Authority) -> Iterator[ListServer]:
    """A device of the house with a page that nobody else ought to see."""
    folder = tmp_path / "router"
    folder.mkdir()
    (folder / "admin").write_bytes(b"reboot.example\n")
    with ListServer(folder, authority, host="127.0.1.1") as running:
        yield running


def test_a_redirect_to_another_host_is_followed(outside: Fetching, server: ListServer) -> None:
    for status in (301, 302, 303, 307, 308):
        server.misbehave(
            "old.txt", "redirect", status=status, to=f"https://mirror.example:{server.port}/games.txt#part"
        )
        outcome = outside.fetch_one(recipe(f"https://lists.example:{server.port}/old.txt"))
        assert outcome.fault == ""
    assert outside.kept() == GAMES
    newest = outside.journal().newest
    assert newest is not None
    assert newest.url == f"https://lists.example:{server.port}/old.txt"
    assert server.asked[-1].headers["host"] == f"mirror.example:{server.port}"
    assert server.asked[-1].status == 304  # what was asked for had this ETag, wherever it lies today
    assert "referer" not in server.asked[-1].headers


def test_a_redirect_without_a_host_stays_on_its_own(outside: Fetching, server: ListServer) -> None:
    server.misbehave("old.txt", "redirect", to="/games.txt")
    assert outside.fetch_one(recipe(f"https://lists.example:{server.port}/old.txt")).result == "new"


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.1.1:{port}/admin",
        "https://lists.example@127.0.1.1:{port}/admin",
        "https://[::ffff:127.0.1.1]:{port}/admin",
        "https://2130706689:{port}/admin",  # 127.0.1.1 as one number
        "https://127.0.257:{port}/admin",
        "https://0x7f000101:{port}/admin",
        "https://router.example:{port}/admin",
        "https://both.example:{port}/admin",
        "https://router:{port}/admin",
        "https://router.local:{port}/admin",
        "https://localhost:{port}/admin",
        "https://[fe80::1]:{port}/admin",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/admin",
    ],
)
def test_a_redirect_into_the_house_is_not_followed(
    outside: Fetching, names: Names, server: ListServer, router: ListServer, to: str
) -> None:
    names.addresses |= {"router.example": ["127.0.1.1"], "both.example": ["127.0.0.1", "127.0.1.1"]}
    names.addresses |= {"router": ["127.0.1.1"], "router.local": ["127.0.1.1"], "localhost": ["127.0.1.1"]}
    names.addresses |= {number: ["127.0.1.1"] for number in ("2130706689", "127.0.257", "0x7f000101")}
    for behaviour, options in (("redirect", {"to": to.format(port=router.port)}),):
        server.misbehave("games.txt", behaviour, **options)
        outcome = outside.fetch_one(recipe(f"https://lists.example:{server.port}/games.txt"))
        assert outcome.result == "failed"
        assert any(words in outcome.fault for words in ("inside the house", "cannot be understood")), outcome.fault
    assert router.asked == []
    assert outside.journal().copies == ()


def test_a_second_redirect_is_looked_at_as_well(outside: Fetching, server: ListServer, router: ListServer) -> None:
    server.misbehave("games.txt", "redirect", to="/more.txt")
    server.misbehave("more.txt", "redirect", to=router.url("admin"))
    assert "inside the house" in outside.fetch_one(recipe(f"https://lists.example:{server.port}/games.txt")).fault
    assert router.asked == []


def test_a_public_name_with_an_address_of_the_house_is_not_asked(
    outside: Fetching, names: Names, router: ListServer
) -> None:
    for addresses in (["127.0.1.1"], ["127.0.0.1", "127.0.1.1"]):
        names.addresses["rebound.example"] = addresses
        outcome = outside.fetch_one(recipe(f"https://rebound.example:{router.port}/admin"))
        assert outcome.fault.startswith("its name leads to 127.0.1.1, an address inside the house")
    assert router.asked == []


def test_a_name_that_is_filtered_here_says_so(outside: Fetching, names: Names) -> None:
    names.addresses["lists.example"] = ["0.0.0.0"]
    fault = outside.fetch_one(recipe("https://lists.example/games.txt")).fault
    assert fault.startswith("its name leads to 0.0.0.0, an address inside the house (is this name filtered here?)")


@pytest.mark.parametrize(
    ("host", "household"), [("127.0.1.1", False), ("nas.lan", False), ("lists.example", True)], ids=str
)
def test_a_recipe_may_name_a_host_of_the_house_itself(
    outside: Fetching, names: Names, router: ListServer, host: str, household: bool
) -> None:
    """By its address, by a name that only houses have, or as the household's own list."""
    names.addresses |= {"nas.lan": ["127.0.1.1"], "lists.example": ["127.0.1.1"]}
    outside.network.tls.check_hostname = False
    own = recipe(f"https://{host}:{router.port}/admin", household=household)
    assert outside.fetch_one(own).fault == ""
    assert outside.kept() == b"reboot.example\n"


def test_a_host_of_the_house_leads_to_itself_but_not_to_another(
    outside: Fetching, server: ListServer, router: ListServer
) -> None:
    own = recipe(router.url("list"))
    router.misbehave("list", "redirect", to="/admin")
    assert outside.fetch_one(own).fault == ""
    with ListServer(router.folder, host="127.0.1.2") as printer:
        router.misbehave("list", "redirect", to=f"https://127.0.1.2:{printer.plain_port}/admin")
        assert "inside the house" in outside.fetch_one(own).fault
        assert printer.asked == []
    router.misbehave("list", "redirect", to=server.url("games.txt"))
    assert outside.fetch_one(own).fault == ""


def test_a_household_name_that_is_served_from_outside_opens_nothing(
    outside: Fetching, names: Names, server: ListServer, router: ListServer
) -> None:
    """Its owner could add an address of the house to it, and answer from the other one."""
    names.addresses["lists.example"] = ["127.0.0.1", "127.0.1.1"]
    server.misbehave("games.txt", "redirect", to=router.url("admin"))
    fault = outside.fetch_one(recipe(f"https://lists.example:{server.port}/games.txt", household=True)).fault
    assert "inside the house" in fault
    assert router.asked == []


def test_tls_is_never_left(outside: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "redirect", to=server.plain_url("games.txt"))
    outcome = outside.fetch_one(recipe(server.url("games.txt"), plain_http="an old server"))
    assert outcome.fault.startswith("a redirect leads to 127.0.0.1 without TLS: not followed")
    assert len(server.asked) == 1


def test_an_address_without_tls_needs_a_reason(outside: Fetching, server: ListServer) -> None:
    fault = outside.fetch_one(recipe(server.plain_url("games.txt"))).fault
    assert fault.startswith("127.0.0.1 is asked without TLS, and its recipe has no plain_http that says why")
    assert server.asked == []
    assert outside.fetch_one(recipe(server.plain_url("games.txt"), plain_http="an old server")).result == "new"
    server.misbehave("up.txt", "redirect", to=server.url("games.txt"))
    assert outside.fetch_one(recipe(server.plain_url("up.txt"), plain_http="an old server")).fault == ""


def test_a_name_that_does_not_exist(outside: Fetching) -> None:
    fault = outside.fetch_one(recipe("https://nowhere.example/games.txt")).fault
    assert fault.startswith("its name was not found")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.251",
        ),
        *("255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fd00::1", "ff02::1"),
        *("::ffff:192.168.1.1", "64:ff9b::c0a8:101", "2002:c0a8:101::1", "2001:db8::1"),
    ],
)
def test_addresses_of_the_house(address: str) -> None:
    assert is_house_address(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "185.199.108.133", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert not is_house_address(address)


def test_names_that_only_houses_have() -> None:
    assert all(map(is_house_name, ["router", "localhost", "nas.local", "Filter.Home.Arpa.", "x.internal", "a.b.lan"]))
    assert not any(map(is_house_name, ["lists.example", "local.example", "raw.githubusercontent.com", "notlocal.org"]))
