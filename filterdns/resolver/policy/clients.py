"""Which profile an address belongs to, and whether it may ask at all. Longest prefix wins."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from typing import Generic, TypeVar

from filterdns.resolver.policy.profile import Profile

# Who may ask unless the configuration says otherwise: loopback, link-local, private (RFC 1918), unique-local.
LOCAL_NETWORKS = (
    "127.0.0.0/8",
    "169.254.0.0/16",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fe80::/10",
    "fc00::/7",
)

T = TypeVar("T")


class PrefixTable(Generic[T]):
    """Prefix -> value by the longest match: one dictionary for each prefix length, longest first."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        tables: dict[int, dict[int, dict[int, T]]] = {4: {}, 16: {}}
        for text, value in rows:
            network = ip_network(text)
            octets = network.network_address.packed
            by_length = tables[len(octets)].setdefault(network.prefixlen, {})
            by_length[int.from_bytes(octets, "big") >> (len(octets) * 8 - network.prefixlen)] = value
        self._tables = {
            size: tuple((size * 8 - length, rows_) for length, rows_ in sorted(by_length.items(), reverse=True))
            for size, by_length in tables.items()
        }

    def get(self, address: bytes) -> T | None:
        """The value of the longest prefix that holds this address of 4 or 16 octets."""
        number = int.from_bytes(address, "big")
        for shift, rows in self._tables[len(address)]:
            if (value := rows.get(number >> shift)) is not None:
                return value
        return None


class Networks:
    """Immutable: replaced as a whole when the configuration or the machine's addresses change."""

    def __init__(self, allowed: Iterable[str], clients: Iterable[tuple[str, Profile]], default: Profile) -> None:
        self._allowed = PrefixTable((network, True) for network in allowed)
        self._profiles = PrefixTable(clients)
        self._default = default

    def profile_of(self, address: bytes) -> Profile:
        return self._profiles.get(address) or self._default

    def may_ask(self, address: bytes) -> bool:
        return self._allowed.get(address) is not None
