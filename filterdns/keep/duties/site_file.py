"""One small file of a site, asked for as carefully as a public list: a stranger chose the site.

No redirect is followed, no address of the house is asked, and of a long answer only the beginning is read.
"""

from __future__ import annotations

import asyncio

from yarl import URL

from filterdns.lists.fetch.addresses import Gate
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network

_SECONDS = 15.0
_OK = 200


def ask_file(address: str, most_octets: int, network: Network | None = None) -> bytes:
    """The beginning of what this address gives; empty if it gives nothing."""
    return asyncio.run(_ask(URL(address), most_octets, network or Network()))


async def _ask(url: URL, most_octets: int, network: Network) -> bytes:
    gate = Gate(own_may_be_house=False, is_house=network.is_house)
    proxy = network.get_proxy(url)
    try:
        gate.check_text(url.host or "")
        async with (
            asyncio.timeout(_SECONDS),
            network.open_session(gate, proxy is not None, FetchLimits()) as session,
            session.get(url, allow_redirects=False, proxy=proxy) as response,
        ):
            return await response.content.read(most_octets) if response.status == _OK else b""
    except Exception:  # whatever a stranger's site does, it is no proof
        return b""
