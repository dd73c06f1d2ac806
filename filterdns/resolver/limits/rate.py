"""Hot path. Who asks and how much: one bounded table that a query meets before anything else is done for it.

A client's `budget` is lowered by one for each query. Only when it is spent does the slow way look at a clock: the time
since the last grant earns a new one, out of the bucket of the client's prefix (/24, /56).  So the ordinary query
costs one look-up and one subtraction, and a flood from many addresses of one prefix is held by the prefix.
"""

from __future__ import annotations

from filterdns.config.settings import RateLimits
from filterdns.resolver.policy.clients import Networks
from filterdns.resolver.policy.profile import Profile

_V4_MAPPED = b"\0" * 10 + b"\xff\xff"
_PREFIX_OCTETS = {4: 3, 16: 7}  # /24 and /56: what one household or one class room is given
_FIRST_GRANT = 64  # queries a new address may ask before its rate is looked at
_LEAST_GRANT_SECONDS = 0.02  # a spent client is looked at again at most fifty times a second


class Client:
    """One address. `budget` below zero means limited, below -1 not to be answered at all."""

    __slots__ = ("allowed", "budget", "device", "granted_at", "in_flight", "prefix", "profile")

    def __init__(self, profile: Profile, allowed: bool, prefix: Prefix, now: float, device: int = 0) -> None:
        self.profile = profile
        self.allowed = allowed
        self.prefix = prefix
        self.budget = 0
        self.granted_at = now
        self.in_flight = 0  # misses; the forwarder counts
        self.device = device  # tells clients apart where devices are counted; from a hash with a key of this run


class Prefix:
    """The token bucket that the clients of a prefix share."""

    __slots__ = ("filled_at", "tokens")

    def __init__(self, tokens: float, now: float) -> None:
        self.tokens = tokens
        self.filled_at = now


class Clients:
    """Address octets (4 or 16) -> Client, for at most `clients_remembered` addresses in two generations."""

    def __init__(self, networks: Networks, limits: RateLimits) -> None:
        self.networks = networks
        self.limits = limits
        self.young: dict[bytes, Client] = {}
        self._old: dict[bytes, Client] = {}
        self._prefixes: dict[bytes, Prefix] = {}
        self._old_prefixes: dict[bytes, Prefix] = {}

    def get(self, address: bytes, now: float) -> Client:
        """The client of this address, with one query counted; `budget < 0` when it is over its rate."""
        client = self.young.get(address) or self.admit(address, now)
        client.budget -= 1
        if client.budget < 0:
            self.grant(client, now)
        return client

    def admit(self, address: bytes, now: float) -> Client:
        """Find or make the client of an address that is not in the young generation."""
        if len(address) == 16 and address.startswith(_V4_MAPPED):
            address = address[12:]
        client = self.young.get(address) or self._old.get(address)
        if client is None:
            prefix = self._prefix(address, now)
            networks = self.networks
            client = Client(networks.profile_of(address), networks.may_ask(address), prefix, now, hash(address))
            grant = min(_FIRST_GRANT, self.limits.client_burst) if client.allowed else 0
            client.budget = self._take(prefix, grant, now)
            client.granted_at = now - (self.limits.client_burst - grant) / self.limits.client_queries_a_second
        if len(self.young) >= self.limits.clients_remembered // 2:
            self._old, self.young = self.young, {}
        self.young[address] = client
        return client

    def grant(self, client: Client, now: float) -> None:
        """Give a spent client what the time since its last grant has earned, at most its burst."""
        client.budget = -1
        if not client.allowed:  # told so once a token of its prefix, else not answered at all
            client.budget = -1 if self._take(client.prefix, 1, now) else -2
            return
        waited = now - client.granted_at
        if waited < _LEAST_GRANT_SECONDS:
            return
        earned = min(self.limits.client_burst, int(waited * self.limits.client_queries_a_second))
        given = self._take(client.prefix, earned, now)
        if given > 0:
            client.granted_at = now
            client.budget = given - 1

    def _prefix(self, address: bytes, now: float) -> Prefix:
        key = address[: _PREFIX_OCTETS[len(address)]]
        prefix = self._prefixes.get(key) or self._old_prefixes.get(key) or Prefix(self.limits.prefix_burst, now)
        if len(self._prefixes) >= self.limits.clients_remembered // 2:
            self._old_prefixes, self._prefixes = self._prefixes, {}
        self._prefixes[key] = prefix
        return prefix

    def _take(self, prefix: Prefix, wanted: int, now: float) -> int:
        """As many of the wanted tokens as the prefix has."""
        filled = prefix.tokens + (now - prefix.filled_at) * self.limits.prefix_queries_a_second
        tokens = min(float(self.limits.prefix_burst), filled)
        prefix.filled_at = now
        given = min(wanted, int(tokens))
        prefix.tokens = tokens - given
        return given

    def use(self, networks: Networks, limits: RateLimits) -> None:
        """A new configuration or new addresses of the machine: everybody is looked up again."""
        self.networks, self.limits = networks, limits
        self.young, self._old = {}, {}
