"""Proxies, and who may ask at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from yarl import URL

from filterdns.lists.fetch.lanes import Lanes
from filterdns.lists.fetch.network import Network
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, recipe
from tests.simulators.connect_proxy import ConnectProxy
from tests.simulators.list_server import ListServer


def test_through_a_proxy_that_looks_the_names_up(fetching: Fetching, server: ListServer) -> None:
    with ConnectProxy({"lists.example": ("127.0.0.1", server.port)}) as proxy:
        fetching.network = replace(fetching.network, proxies={"https": proxy.url})
        assert fetching.fetch_one(recipe("https://lists.example/games.txt")).fault == ""
        assert fetching.kept() == GAMES
        assert proxy.asked == ["CONNECT lists.example:443"]
        assert "proxy-authorization" not in server.asked[0].headers


@pytest.mark.parametrize("to", ["https://192.168.1.1/admin", "https://router.lan/admin", "https://[::1]/admin"])
def test_a_proxy_is_not_asked_for_a_host_of_the_house_that_a_redirect_names(
    fetching: Fetching, server: ListServer, to: str
) -> None:
    server.misbehave("games.txt", "redirect", to=to)
    with ConnectProxy({"lists.example": ("127.0.0.1", server.port)}) as proxy:
        fetching.network = replace(fetching.network, proxies={"https": proxy.url})
        assert "inside the house" in fetching.fetch_one(recipe("https://lists.example/games.txt")).fault
        assert len(proxy.asked) == 1


def test_faults_of_a_proxy_are_the_proxys(fetching: Fetching) -> None:
    with ConnectProxy({}) as proxy:
        fetching.network = replace(fetching.network, proxies={"https": proxy.url})
        assert fetching.fetch_one(recipe("https://lists.example/x")).fault.startswith("the proxy answered 502")
    fault = fetching.fetch_one(recipe("https://lists.example/x")).fault
    assert fault.startswith("no connection to the proxy that HTTPS_PROXY")


def test_which_hosts_need_a_proxy() -> None:
    proxies = {"https": "http://proxy:3128", "no": "school.example, .lan,*.internal ,one.example:8443"}
    network = Network(proxies=proxies)
    direct = ["school.example", "a.school.example", "nas.lan", "x.internal", "one.example:8443"]
    assert [network.get_proxy(URL(f"https://{host}/x")) for host in direct] == [None] * 5
    proxied = ["lists.example", "myschool.example", "lan.example", "one.example"]
    assert {network.get_proxy(URL(f"https://{host}/x")) for host in proxied} == {"http://proxy:3128"}
    assert network.get_proxy(URL("http://lists.example/x")) is None
    assert Network(proxies={"all": "http://p:1"}).get_proxy(URL("http://lists.example/x")) == "http://p:1"
    assert Network(proxies={"all": "http://p:1", "no": "*"}).get_proxy(URL("http://lists.example/x")) is None


def test_lanes() -> None:
    """Twelve requests to six hosts: one at a time for each, four in all, and nobody waits for no reason."""
    open_now: list[str] = []
    seen: list[list[str]] = []

    async def request(lanes: Lanes, host: str) -> None:
        async with lanes.lane(host):
            open_now.append(host)
            seen.append(sorted(open_now))
            await asyncio.sleep(0.002)
            open_now.remove(host)

    async def run() -> None:
        lanes = Lanes(4)
        await asyncio.gather(*(request(lanes, host) for host in "aabbccddeeff"))

    asyncio.run(run())
    assert len(seen) == 12
    assert all(len(hosts) == len(set(hosts)) <= 4 for hosts in seen)
    assert max(map(len, seen)) == 4
