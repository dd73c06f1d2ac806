"""Hosts files (hosts(5)): an address, then names. Only addresses that lead nowhere are taken.

The format cannot say "and its subdomains": each name stands for itself alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.lines import Rejected, read_name, shown

SUBDOMAINS = False

_NOWHERE = {b"0.0.0.0", b"127.0.0.1", b"::", b"::1", b"0"}
# What the file says about the machine itself.
_OWN_NAMES = {
    *(b"localhost", b"localhost.localdomain", b"local", b"broadcasthost", b"0.0.0.0"),
    *(b"ip6-localhost", b"ip6-loopback", b"ip6-localnet", b"ip6-mcastprefix"),
    *(b"ip6-allnodes", b"ip6-allrouters", b"ip6-allhosts"),
}


def parse(lines: Iterable[bytes]) -> Iterator[bytes | Rejected]:
    """The wire name of each host, or why a line or a word has none."""
    for number, line in enumerate(lines, 1):
        words = line.split(b"#", 1)[0].split()
        if not words:
            continue
        if words[0] not in _NOWHERE:
            if not _OWN_NAMES.issuperset(words[1:]):
                yield Rejected(number, shown(line.strip()), "an address that leads nowhere, such as 0.0.0.0")
            continue
        for word in words[1:]:
            if word in _OWN_NAMES:
                continue
            try:
                yield read_name(word)
            except NameFault:
                yield Rejected(number, shown(word), "a name of two labels or more")
