"""How many requests one address may make: a bucket for each, in memory, forgotten after a while.

IPv6 homes have a /64 each, so that is one address here.  Two generations bound the table: no oldest entry is searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Bounds of the pages' process."""

    requests_a_second: float = 400.0  # a school behind one address; a look-up costs about a millisecond
    burst: float = 800.0
    addresses_remembered: int = 8_192  # about 200 octets each, two generations
    connections: int = 256  # about 20 KiB each
    idle_seconds: float = 15.0  # also the longest wait for a request's first line and headers
    line_octets: int = 4_096  # the longest address of a page that can be pasted, with escapes
    header_octets: int = 4_096


class Rates:
    """Token buckets by address. Nothing but the tokens and their time is kept."""

    def __init__(self, limits: PageLimits) -> None:
        self._limits = limits
        self._young: dict[int | str, tuple[float, float]] = {}
        self._old: dict[int | str, tuple[float, float]] = {}

    def admit(self, address: str, now: float) -> bool:
        """Take one request of this address; False when it has none left. `now`: monotonic seconds."""
        limits = self._limits
        key = rate_key(address)
        tokens, since = self._young.get(key) or self._old.get(key) or (limits.burst, now)
        tokens = min(limits.burst, tokens + (now - since) * limits.requests_a_second)
        admitted = tokens >= 1.0
        if len(self._young) >= limits.addresses_remembered and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = (tokens - 1.0 if admitted else tokens, now)
        return admitted


def rate_key(address: str) -> int | str:
    """What stands for an address: IPv4 itself, the /64 of IPv6; text that is no address stands for itself."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return int(parsed)
    mapped = parsed.ipv4_mapped
    return int(mapped) if mapped else -(int(parsed) >> 64) - 1  # below 0: no IPv4 address has the same number
