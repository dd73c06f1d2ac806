from __future__ import annotations

from dataclasses import replace

import pytest

from filterdns.config.settings import Address, Settings
from filterdns.transparency.web.hosts import OurHosts, address_for_others, bare_host


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("Casino.Example:8053", "casino.example"),
        ("casino.example.", "casino.example"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("", ""),
        ("::", ""),
    ],
)
def test_the_host_of_a_header_is_read(header: str, host: str) -> None:
    assert bare_host(header) == host


def test_a_name_that_merely_begins_like_ours_is_not_ours() -> None:
    hosts = OurHosts(Settings(public_url="https://why.school.example"))
    assert hosts.is_ours("why.school.example")
    for other in ("why.school.example.evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""):
        assert not hosts.is_ours(other)


@pytest.mark.parametrize(
    ("public_url", "port", "address"),
    [
        ("https://why.school.example/", 80, "https://why.school.example"),
        ("http://192.168.1.2", 80, "http://192.168.1.2"),
        ("http://127.0.0.1:8053", 8053, "http://filter.home.arpa:8053"),
        ("http://0.0.0.0", 80, "http://filter.home.arpa"),
        ("http://[::1]:8053", 8053, "http://filter.home.arpa:8053"),
        ("http://localhost", 80, "http://filter.home.arpa"),
    ],
)
def test_other_devices_are_sent_where_they_can_go(public_url: str, port: int, address: str) -> None:
    settings = replace(Settings(), public_url=public_url, pages=Address("127.0.0.1", port))
    assert address_for_others(settings) == address
