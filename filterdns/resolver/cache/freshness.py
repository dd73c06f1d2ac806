"""How long an answer may be said again (RFC 1035, 2181 section 8, 2308, 8767, 9520)."""

from __future__ import annotations

from filterdns.config.settings import CacheLimits
from filterdns.resolver.cache.entry import Entry

_SIGN_BIT = 0x80000000
PREFETCH_USES = 3  # seconds in which a name was asked for: what is popular
PREFETCH_SHARE = 10  # a tenth of the TTL is left: what is about to expire


def set_lifetime(entry: Entry, soa_minimum: int | None, second: int, limits: CacheLimits) -> None:
    """Set `born`, `expires` and bounded TTLs. A negative answer without SOA is not kept (RFC 2308 section 5)."""
    most = limits.most_ttl_seconds
    if entry.negative:
        most = min(soa_minimum or 0, limits.most_negative_ttl_seconds)
    ttls = entry.ttls
    entry.born = second
    if len(ttls) == 1 and limits.least_ttl_seconds <= ttls[0] <= most:
        entry.expires = second + ttls[0]
        return
    if ttls and (max(ttls) > most or min(ttls) < limits.least_ttl_seconds):
        # A TTL with the highest bit set counts as 0 (RFC 2181 section 8).
        ttls = tuple(0 if t >= _SIGN_BIT else max(limits.least_ttl_seconds, min(t, most)) for t in ttls)
        entry.ttls = ttls
        entry.body = entry.patched = entry.aged(0)  # who waited for this answer gets the bounded TTLs too
    entry.expires = second + (min(ttls) if ttls else min(most, limits.failure_seconds))


def is_stale_usable(entry: Entry, second: int, limits: CacheLimits) -> bool:
    """Whether an expired answer may still be served when upstreams fail (RFC 8767 section 5)."""
    return second < entry.expires + limits.stale_seconds


def wants_prefetch(entry: Entry, second: int) -> bool:
    """Whether a used answer is popular and near its end."""
    lifetime = entry.expires - entry.born
    return entry.uses >= PREFETCH_USES and (entry.expires - second) * PREFETCH_SHARE <= lifetime
