"""Hot path. The answers of this second: whole answers over UDP, for the same octets and profile, until the second ends.

Only an answer that is a function of the profile and the query's octets may enter: the callers see to it that nothing
truncated by a limiter, no SERVFAIL, no TTL of 0 and nothing that depends on an address comes here.
"""

from __future__ import annotations

from filterdns.resolver.message.edns import Edns
from filterdns.resolver.policy.profile import Profile

MOST_RECENT = 4_096  # full means no insert, so random names cannot make it grow
MOST_RECENT_OCTETS = 512


def remember(wire: bytes, reply: bytes, profile: Profile, edns: Edns, slot: int) -> None:
    """Keep `reply` for the rest of this second. The caller has seen that there is room (`MOST_RECENT`).

    A query with a COOKIE is not the same twice (RFC 7873); a long one would make the table grow in octets.
    """
    if len(reply) <= MOST_RECENT_OCTETS and len(wire) <= MOST_RECENT_OCTETS and not edns.cookie:
        profile.recent[wire[2:]] = (reply[2:], slot)
