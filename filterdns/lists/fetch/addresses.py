"""Where a list server may lead us: out into the Internet, never into the house.

A list server answers with a redirect, or its name with an address, and our request comes from inside the house: the
router's pages, a printer, filterdns' own pages on loopback would be asked. So every address of every hop is looked at
before a connection is made to it, and the connection is made to that address and no other (no second look-up).

Addresses of the house are allowed where the recipe itself names them: its own host, written as such an address or as a
name that exists in houses only; and for recipes of the household its own host whatever it is called (a school's
server has a public name and a private address). Redirects stay outside, or on the very addresses the first hop had.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.house import get_literal, is_house_name


class Gate:
    """What one request may be led to, over all its hops. `own_may_be_house`: the recipe names this host itself."""

    def __init__(self, own_may_be_house: bool, is_house: Callable[[str], bool]) -> None:
        self._own_may_be_house = own_may_be_house
        self._is_house = is_house
        self._is_first = True
        self._own_house: frozenset[str] = frozenset()

    def leave_first_hop(self) -> None:
        """What follows comes from a server, not from the recipe."""
        self._is_first = False

    def check(self, host: str, addresses: Sequence[str]) -> None:
        """Raises FetchFault if one of the addresses is of the house and may not be."""
        found = {str(ip_address(address)) for address in addresses}
        inside = frozenset(filter(self._is_house, found))
        if self._is_first and self._own_may_be_house:
            # A name with addresses inside and outside may be served from outside: it opens nothing to redirects.
            self._own_house = inside if len(inside) == len(found) else frozenset()
            return
        for address in sorted(inside - self._own_house):
            led = "its name leads" if self._is_first else "a redirect leads"
            via = f" {host}, which is" if not self._is_first and get_literal(host) is None else ""
            zero = " (is this name filtered here?)" if address in ("0.0.0.0", "::") else ""
            raise FetchFault(f"{led} to{via} {address}, an address inside the house{zero}: not followed")

    def check_text(self, host: str) -> None:
        """As `check`, for what is known of a host without looking it up. Raises FetchFault."""
        literal = get_literal(host)
        if literal is not None:
            self.check(host, [str(literal)])
        elif ":" in host or host.replace(".", "").isdigit():
            # 2130706433 and 127.1 are loopback to the sockets, and to some versions of aiohttp no name to look up.
            raise FetchFault("an address that cannot be understood", lasting=True)
        elif not self._is_first and is_house_name(host) and not self._own_house:
            raise FetchFault(f"a redirect leads to {host}, a name inside the house: not followed")


class GuardedResolver(AbstractResolver):
    """Looks names up with another resolver and lets only those addresses through that the gate allows."""

    def __init__(self, inner: AbstractResolver, gate: Gate) -> None:
        self._inner = inner
        self._gate = gate

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All addresses of a host. Raises FetchFault for one of the house, and OSError as the other resolver does."""
        found = await self._inner.resolve(host, port, family)
        self._gate.check(host, [result["host"] for result in found])
        return found

    async def close(self) -> None:
        """Close nothing: the other resolver belongs to whoever made it."""
