"""The system's resolvers, minus ourselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.config.settings import Address
from filterdns.errors import DataFault
from filterdns.resolver.upstreams.system import is_own, parse_resolv_conf, system_upstreams

TEXT = """# made by hand
search example.org
nameserver 192.0.2.53
nameserver\tfe80::1%eth0
 nameserver 2001:db8::53 ; odd
nameserver not-an-address
nameserver 192.0.2.54
options edns0
"""


def test_first_three_nameservers_are_read() -> None:
    assert parse_resolv_conf(TEXT) == ["192.0.2.53", "fe80::1%eth0", "2001:db8::53"]


def test_own_addresses_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 127.0.0.1\nnameserver 192.0.2.53\n")
    upstreams = system_upstreams([Address("127.0.0.1", 53)], path)
    assert [str(upstream.address) for upstream in upstreams] == ["192.0.2.53:53"]


def test_other_port_on_the_same_machine_is_not_us(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 127.0.0.1\n")
    assert len(system_upstreams([Address("127.0.0.1", 1053)], path)) == 1


@pytest.mark.parametrize("text", ["nameserver 127.0.0.1\n", "", "search example.org\n"])
def test_no_resolver_but_ourselves_is_a_clear_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text(text)
    with pytest.raises(DataFault) as fault:
        system_upstreams([Address("127.0.0.1", 53)], path)
    assert "upstreams" in str(fault.value)
    assert str(path) in str(fault.value)


def test_missing_file_is_a_clear_fault(tmp_path: Path) -> None:
    with pytest.raises(DataFault):
        system_upstreams([], tmp_path / "none")


def test_all_addresses_means_each_of_this_machine() -> None:
    everywhere = [Address("0.0.0.0", 53)]
    assert is_own(Address("127.0.0.1", 53), everywhere)
    assert is_own(Address("127.0.0.53", 53), everywhere)
    assert not is_own(Address("192.0.2.53", 53), everywhere)
    assert not is_own(Address("127.0.0.1", 54), everywhere)
    assert is_own(Address("::1", 53), [Address("::", 53)])
