"""How many requests one address, and one neighbourhood, may make: a bucket for each, in memory and soon forgotten.

IPv6 homes have a /64 each, so that is one address here; the neighbourhood is a /24 or a /48, so that nobody gains by
moving from one address to the next.  Two generations bound each table: no oldest entry is searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

from filterdns.clock import Clock
from filterdns.transparency.web.from_here import is_loopback

FORWARDED_FOR = "X-Forwarded-For"


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Bounds of the pages' process."""

    requests_a_second: float = 400.0  # a school behind one address; a look-up costs about a millisecond
    burst: float = 800.0
    prefix_requests_a_second: float = 800.0  # of a /24 or /48: more than one machine answers well
    prefix_burst: float = 1_600.0
    addresses_remembered: int = 8_192  # about 200 octets each, two generations, twice
    connections: int = 256  # about 20 KiB each
    idle_seconds: float = 15.0  # also the longest wait for a request's first line and headers
    line_octets: int = 8_192  # fifty names at once, or the longest address of a page, with escapes
    header_octets: int = 4_096


PUBLIC = PageLimits(
    requests_a_second=20.0,  # a reader makes three at once; a program reads 10,000 names in nine minutes
    burst=400.0,
    prefix_requests_a_second=100.0,  # a dictionary of a million names takes a network three hours
    prefix_burst=1_000.0,
)


class Rates:
    """Token buckets by address and by neighbourhood. Nothing but the tokens and their time is kept."""

    def __init__(self, limits: PageLimits) -> None:
        most = limits.addresses_remembered
        self._addresses = _Buckets(limits.requests_a_second, limits.burst, most)
        self._prefixes = _Buckets(limits.prefix_requests_a_second, limits.prefix_burst, most)

    def admit(self, address: str, now: float, requests: int = 1) -> bool:
        """Take so many requests of this address; False, and its neighbours lose nothing, when it has not as many.

        `now`: monotonic seconds.
        """
        key, prefix = rate_keys(address)
        return self._addresses.take(key, now, requests) and self._prefixes.take(prefix, now, requests)


class Admission:
    """Lets requests in by their sender. This machine itself has the limits of a home, also at a publisher."""

    def __init__(self, limits: PageLimits, near: PageLimits, clock: Clock) -> None:
        self._rates, self._near, self._clock = Rates(limits), Rates(near), clock

    def admits(self, request: web.Request, requests: int = 1) -> bool:
        """Take so many requests of the sender's; False when there are not as many left."""
        sender = sender_of(request)
        rates = self._near if is_loopback(sender) else self._rates
        return rates.admit(sender, self._clock.now(), requests)


class _Buckets:
    def __init__(self, a_second: float, burst: float, most: int) -> None:
        self._a_second, self._burst, self._most = a_second, burst, most
        self._young: dict[int | str, tuple[float, float]] = {}
        self._old: dict[int | str, tuple[float, float]] = {}

    def take(self, key: int | str, now: float, requests: int) -> bool:
        tokens, since = self._young.get(key) or self._old.get(key) or (self._burst, now)
        tokens = min(self._burst, tokens + (now - since) * self._a_second)
        admitted = tokens >= requests
        if len(self._young) >= self._most and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = (tokens - requests if admitted else tokens, now)
        return admitted

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


def sender_of(request: web.Request) -> str:
    """The address that a request counts for: the peer's, or the one that a proxy on this machine saw.

    A proxy adds the address it saw at the end; what stands before it was sent by the client and may be anything.
    """
    peer = request.remote or ""
    if FORWARDED_FOR not in request.headers or not is_loopback(peer):
        return peer
    seen = request.headers.getall(FORWARDED_FOR)[-1].rpartition(",")[2].strip()
    return seen if _parsed(seen) else peer


def rate_keys(address: str) -> tuple[int | str, int | str]:
    """What stands for an address (IPv4 itself, the /64 of IPv6) and for its neighbourhood (/24, /48).

    Text that is no address stands for itself, twice.
    """
    parsed = _parsed(address)
    if parsed is None:
        return address, address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    number = int(parsed)
    if parsed.version == 4:
        return number, number >> 8
    return -(number >> 64) - 1, -(number >> 80) - 1  # below 0: no IPv4 address has the same number


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address.partition("%")[0])
    except ValueError:
        return None
