"""Names that only we ask for: if one comes back as a query, the upstream that we gave it to asks us.

A name lies below `filterdns.test`, which the pipeline looks at anyway. Workers of one installation share the secret, so
that each of them knows the probes of all; another installation's it does not, so filterdns may forward to filterdns.
The same probes measure upstreams that are not in use and find out when a fallen one answers again: no person's question
is ever spent on that.
"""

from __future__ import annotations

import hashlib

from filterdns.names import parse_name
from filterdns.resolver.message.layout import IN, TXT
from filterdns.resolver.upstreams.upstream import Upstream

_ZONE = "loop-probe.filterdns.test"
_NAME_OCTETS = 16
QUESTION_TAIL = TXT.to_bytes(2) + IN.to_bytes(2)


class Probes:
    """Probe name -> the upstream that is asked for it."""

    __slots__ = ("_secret", "names")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.names: dict[bytes, Upstream] = {}

    def name_for(self, upstream: Upstream) -> bytes:
        """The canonical name that this upstream alone is asked for; no stranger can tell it."""
        place = f"{upstream.server.address} {upstream.route}".encode()
        label = hashlib.blake2b(place, key=self._secret, digest_size=_NAME_OCTETS).hexdigest()
        name = parse_name(f"{label}.{_ZONE}")
        self.names[name] = upstream
        return name
