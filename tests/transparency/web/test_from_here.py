from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from filterdns.transparency.web.from_here import is_from_here, is_loopback


def is_here(remote: str | None, host: str = "127.0.0.1:8053", **headers: str) -> bool:
    named = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request("GET", "/lists", headers=named)
    return is_from_here(request.clone(remote=remote) if remote else request)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8053", "localhost", "LOCALHOST:8053", "[::1]:8053", "127.1.2.3", "localhost."]
)
@pytest.mark.parametrize("remote", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_by_address_and_name(remote: str, host: str) -> None:
    assert is_here(remote, host)


@pytest.mark.parametrize("remote", ["192.0.2.7", "10.0.0.5", "172.17.0.1", "fe80::1%eth0", "::ffff:192.0.2.7", "x"])
def test_other_machines_are_not_this_one(remote: str) -> None:
    assert not is_here(remote)


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1.evil.example", "filter.home.arpa", "0.0.0.0:8053", "[::]:8053", "[::1"]
)
def test_other_names_do_not_mean_this_machine(host: str) -> None:
    assert is_here("127.0.0.1", host) == (host == "[::1")  # an odd way to write it, and only a browser here would


def test_without_a_peer_there_is_nobody() -> None:
    assert not is_here(None)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.9.9.9"])
def test_loopback_addresses(text: str) -> None:
    assert is_loopback(text)
