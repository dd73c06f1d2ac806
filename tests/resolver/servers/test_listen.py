from __future__ import annotations

import socket

import pytest

from filterdns.config.settings import Address, Settings
from filterdns.resolver.servers.held import NOWHERE, close_others, prepare
from filterdns.resolver.servers.interfaces import LocalAddress, local_addresses, on_link_networks
from filterdns.resolver.servers.listen import (
    Endpoint,
    ListenFault,
    ask_for_buffer,
    check_free,
    dropped,
    endpoint_of,
    open_endpoint,
    open_endpoints,
    wanted_endpoints,
    without_ipv6,
)
from tests.running import free_port

MACHINE = (
    LocalAddress("127.0.0.1", 8, 1),
    LocalAddress("192.168.7.2", 24, 2),
    LocalAddress("203.0.113.9", 30, 3),
    LocalAddress("2001:db8:7::2", 64, 2),
    LocalAddress("::1", 128, 1),
    LocalAddress("fe80::2", 64, 2),
)


def test_a_wildcard_is_one_udp_socket_for_each_address_and_one_of_tcp() -> None:
    found = wanted_endpoints([Address("0.0.0.0", 53), Address("::", 53)], MACHINE)
    assert {e.host for e in found if e.transport == "udp"} == {
        *("127.0.0.1", "192.168.7.2", "203.0.113.9", "2001:db8:7::2", "::1", "fe80::2%2")
    }
    assert {e.host for e in found if e.transport == "tcp"} == {"0.0.0.0", "::"}


def test_an_address_named_twice_is_bound_once() -> None:
    found = wanted_endpoints([Address("0.0.0.0", 53), Address("127.0.0.1", 53)], MACHINE[:2])
    assert [str(e) for e in found] == [
        *("127.0.0.1:53/udp", "192.168.7.2:53/udp", "0.0.0.0:53/tcp"),
        "127.0.0.1:53/tcp",
    ]


def test_a_machine_without_ipv6_is_told_of_and_served_by_ipv4() -> None:
    said: list[str] = []
    wanted = wanted_endpoints(Settings().dns, MACHINE[:2])
    left = without_ipv6(wanted, MACHINE[:2], said.append)
    assert [str(e) for e in left] == ["127.0.0.1:1053/udp", "127.0.0.1:1053/tcp"]
    assert said == ["no IPv6 on this machine: not listening on [::1]:1053/tcp, [::1]:1053/udp"]


def test_who_is_on_our_links_may_ask_and_nobody_behind_another_interface() -> None:
    assert on_link_networks(["192.168.7.2"], MACHINE) == ("192.168.7.0/24", "2001:db8:7::/64", "fe80::/64")
    assert on_link_networks(["127.0.0.1"], MACHINE) == ("127.0.0.0/8", "::1/128")
    assert "203.0.113.8/30" in on_link_networks(["0.0.0.0"], MACHINE)
    assert "2001:db8:7::/64" not in on_link_networks(["0.0.0.0"], MACHINE)
    assert on_link_networks(["192.0.2.1"], MACHINE) == ()


def test_a_prefix_of_no_bits_is_no_link() -> None:
    assert on_link_networks(["0.0.0.0"], [LocalAddress("192.0.2.1", 0, 1)]) == ()


def test_the_loopback_address_is_among_the_machines_own() -> None:
    assert any(address.host == "127.0.0.1" for address in local_addresses())


def test_a_port_that_somebody_has_is_told_with_a_remedy_and_nothing_stays_open() -> None:
    taken, free = free_port(), free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", taken))
        endpoints = [Endpoint("udp", "127.0.0.1", free), Endpoint("udp", "127.0.0.1", taken)]
        with pytest.raises(ListenFault, match=rf"127.0.0.1:{taken}/udp: another program has this port.*ss -Hulnp"):
            open_endpoints(endpoints, 4096, lambda _: None)
        with pytest.raises(ListenFault):
            check_free(endpoints)
        check_free(endpoints[:1])


def test_a_second_filterdns_does_not_share_the_port_of_the_first() -> None:
    """Both would bind with SO_REUSEPORT, and each would get half of the queries."""
    endpoint = Endpoint("udp", "127.0.0.1", free_port())
    (first,) = open_endpoints([endpoint], 4096, lambda _: None).values()
    with first, pytest.raises(ListenFault):
        check_free([endpoint])


def test_all_faults_are_told_at_once() -> None:
    endpoints = [Endpoint("udp", "192.0.2.77", 53), Endpoint("tcp", "192.0.2.77", 53)]
    with pytest.raises(ListenFault) as told:
        open_endpoints(endpoints, 4096, lambda _: None)
    assert str(told.value).count("no interface of this machine has this address") == 2


def test_a_smaller_buffer_than_asked_for_is_told() -> None:
    said: list[str] = []
    huge = 1 << 30
    endpoint = Endpoint("udp", "127.0.0.1", free_port())
    with open_endpoints([endpoint], huge, said.append)[endpoint] as sock:
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
        if granted >= huge:
            pytest.skip("this machine grants a gigabyte")
        assert said[0].startswith(f"the system grants a receive buffer of {granted // 1024} KiB")
        assert ask_for_buffer(sock, 65_536) == 65_536


def test_datagrams_that_the_system_dropped_are_counted() -> None:
    with open_endpoint(Endpoint("udp", "127.0.0.1", 0), shared=False) as sock:
        ask_for_buffer(sock, 4_096)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            for _ in range(100):
                client.sendto(bytes(500), sock.getsockname())
        assert 50 < dropped(sock) < 100


def test_a_socket_knows_its_endpoint() -> None:
    with open_endpoint(Endpoint("tcp", "127.0.0.1", 0), shared=False) as sock:
        assert endpoint_of(sock) == Endpoint("tcp", "127.0.0.1", sock.getsockname()[1])


def test_sockets_of_addresses_that_stay_are_kept_at_a_reload() -> None:
    ports = [free_port() for _ in range(3)]
    before = prepare(_settings(ports[:2]), NOWHERE, [], print)
    after = prepare(_settings(ports[1:]), before, [], print)
    stays = Endpoint("udp", "127.0.0.1", ports[1])
    assert after.sockets[stays] is before.sockets[stays]
    close_others(before, after)
    assert before.sockets[Endpoint("udp", "127.0.0.1", ports[0])].fileno() == -1
    assert after.sockets[stays].fileno() >= 0
    close_others(after, NOWHERE)


def test_with_several_workers_each_binds_its_own() -> None:
    listening = prepare(_settings([free_port()], workers=2), NOWHERE, [], print)
    assert not listening.sockets
    first, second = (listening.open_in_worker(4096) for _ in range(2))
    assert first.keys() == second.keys() == set(listening.endpoints)
    for sock in (*first.values(), *second.values()):
        sock.close()


def test_sockets_of_systemd_are_all_there_is() -> None:
    with open_endpoint(Endpoint("udp", "127.0.0.1", 0), shared=False) as given:
        listening = prepare(_settings([1]), NOWHERE, [given], print)
        assert listening.open_in_worker(4096) == {endpoint_of(given): given}


def _settings(ports: list[int], workers: int = 1) -> Settings:
    return Settings(dns=tuple(Address("127.0.0.1", port) for port in ports), workers=workers, udp_receive_octets=4096)
