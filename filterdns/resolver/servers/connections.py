"""The table of open TCP connections: bounded in all and for each client; when it is full the longest idle goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol

from filterdns.config.settings import TcpLimits

_RESERVED_DESCRIPTORS = 512  # UDP sockets, sockets and streams towards upstreams, files
_V6_CLIENT_OCTETS = 8  # one home has a /64: its 2**64 addresses are one client here


class Connection(Protocol):
    """What the table needs of a connection."""

    client_key: bytes
    active: float

    def abort(self) -> None:
        """Close at once; `lost` of the table follows."""

    def sweep(self, now: float) -> None:
        """Close if a limit of time is passed."""


def most_connections(limits: TcpLimits, descriptors: int) -> int:
    """Connections in all, so that `descriptors` (RLIMIT_NOFILE) leave enough for UDP; at least 8."""
    return max(8, min(limits.connections, descriptors - _RESERVED_DESCRIPTORS))


def client_key(address: bytes) -> bytes:
    """For whom connections are counted together: an IPv4 address, an IPv6 /64."""
    return address if len(address) == 4 else address[:_V6_CLIENT_OCTETS]


class Connections:
    """Open connections, the longest idle first."""

    def __init__(self, most: int, most_a_client: int) -> None:
        self._most = most
        self._most_a_client = most_a_client
        self._by_idleness: OrderedDict[Connection, None] = OrderedDict()
        self._by_client: dict[bytes, int] = {}
        self.turned_away = 0  # over the bound of a client
        self.evicted = 0  # the longest idle, for a full table

    def __len__(self) -> int:
        return len(self._by_idleness)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._by_idleness))

    def admit(self, connection: Connection) -> bool:
        """Take a new connection in; False if its client has too many, and then it is to be closed."""
        key = connection.client_key
        count = self._by_client.get(key, 0)
        if count >= self._most_a_client:
            self.turned_away += 1
            return False
        if len(self._by_idleness) >= self._most:
            longest_idle = next(iter(self._by_idleness))
            self.evicted += 1
            self.remove(longest_idle)
            longest_idle.abort()
        self._by_client[key] = count + 1
        self._by_idleness[connection] = None
        return True

    def touch(self, connection: Connection, now: float) -> None:
        """A message was read or an answer left: this connection is the least idle."""
        connection.active = now
        if connection in self._by_idleness:
            self._by_idleness.move_to_end(connection)

    def remove(self, connection: Connection) -> None:
        """Forget a connection; nothing happens if it is not here."""
        if connection not in self._by_idleness:
            return
        del self._by_idleness[connection]
        key = connection.client_key
        left = self._by_client[key] - 1
        if left:
            self._by_client[key] = left
        else:
            del self._by_client[key]

    def sweep(self, now: float) -> None:
        """Look at every connection's limits of time; called some times a second."""
        for connection in self:
            connection.sweep(now)
