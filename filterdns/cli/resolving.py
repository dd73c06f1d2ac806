"""Whether our own running resolver answers for names, or still filters them: asked like anybody asks, over UDP."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterator

from dnslib import EDNS0, QTYPE, RCODE, DNSError, DNSRecord

from filterdns.config.settings import Address

TIMEOUT_SECONDS = 3.0  # for a name; what takes longer is asked for in the next round
MOST_OCTETS = 1_232  # of an answer

_EDE = 15  # RFC 8914 section 2: the option
_FILTERED = (15, 16, 17)  # blocked, censored, filtered
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def ask_for_open(dns: Address, names: Collection[str]) -> frozenset[str]:
    """Those names that exist for the resolver at this address, by an answer that no list has a part in.

    NXDOMAIN is no such answer: the name may be gone, or a filter further up may say so.
    The query asks for recursion, as a stub's does: without it every name is refused before any list is looked at.
    """
    return frozenset(name for name in names if _is_open(dns, name))


def _is_open(dns: Address, name: str) -> bool:
    query = DNSRecord.question(name, "A")
    query.add_ar(EDNS0(udp_len=MOST_OCTETS))
    host = _ANYWHERE.get(dns.host, dns.host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.settimeout(TIMEOUT_SECONDS)
            sock.connect((host, dns.port))
            sock.send(query.pack())
            reply = DNSRecord.parse(sock.recv(MOST_OCTETS))
    except (OSError, DNSError, ValueError):
        return False
    resolves = reply.header.id == query.header.id and RCODE.get(reply.header.rcode) == "NOERROR"
    return resolves and not any(code in _FILTERED for code in _errors(reply))


def _errors(reply: DNSRecord) -> Iterator[int]:
    """The Extended DNS Errors of an answer."""
    for record in reply.ar:
        if record.rtype == QTYPE.OPT:
            yield from (int.from_bytes(option.data[:2], "big") for option in record.rdata if option.code == _EDE)
