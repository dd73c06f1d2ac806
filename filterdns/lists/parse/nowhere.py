"""Addresses that lead nowhere, a machine's own names, and lines of hosts files, which other lists hold too."""

from __future__ import annotations

import re

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name

_NOWHERE = frozenset(
    {b"0.0.0.0", b"0", b"::", b"::0", b"::1", b"0:0:0:0:0:0:0:0", b"0:0:0:0:0:0:0:1", b"::ffff:0.0.0.0"}
)
_is_loopback = re.compile(rb"(?:::ffff:)?127(?:\.[0-9]{1,3}){3}").fullmatch
is_address = re.compile(
    rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|0|(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]+(?:%\w+)?", re.IGNORECASE
).fullmatch
_address_before_names = re.compile(rb"([0-9a-f.:]+)[ \t]+").match

OWN_NAMES = frozenset(
    {
        *(b"localhost", b"localhost4", b"localhost6", b"local", b"broadcasthost", b"0.0.0.0"),
        *(b"localhost.localdomain", b"localhost4.localdomain4", b"localhost6.localdomain6"),
        *(b"ip6-localhost", b"ip6-loopback", b"ip6-localnet", b"ip6-mcastprefix"),
        *(b"ip6-allnodes", b"ip6-allrouters", b"ip6-allhosts"),
    }
)
# What stands in each own name of two labels or more: the short way would take those for names of others.
MARK_OF_OWN_NAMES = b"localdomain"


def leads_nowhere(address: bytes) -> bool:
    """Whether an address is the unspecified one or the machine itself, in IPv4 or IPv6."""
    return address in _NOWHERE or _is_loopback(address) is not None


def get_hosts_prefix(text: bytes) -> bytes:
    """What stands before the name in the first line of a hosts file, `0.0.0.0 `; b"" if it leads anywhere."""
    start = _address_before_names(text)
    return start[0] if start and leads_nowhere(start[1]) else b""


def take_hosts(number: int, words: list[bytes], found: Found) -> None:
    """One line of a hosts file, comments left out: an address, then names, each of which is judged by itself.

    `127.0.0.1 shop.example de` names one shop, not a country. Own names of the machine are no listings and no faults.
    """
    address, names = words[0], [word for word in words[1:] if word.lower() not in OWN_NAMES]
    if not leads_nowhere(address):
        if names or len(words) == 1:
            line = shown(b" ".join(words))
            found.rejected.append(Rejected(number, line, "an address that leads nowhere, such as 0.0.0.0, and a name"))
        return
    if len(words) == 1:
        found.rejected.append(Rejected(number, shown(address), "a name after the address"))
    for name in names:
        try:
            found.unsaid.append(find_name(name))
        except NameFault as fault:
            found.rejected.append(Rejected(number, shown(name), str(fault)))
