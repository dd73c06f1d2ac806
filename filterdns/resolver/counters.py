"""Plain integers that count; a collector reads them when it is asked (`metrics`).

Each profile has a list of `PROFILE_SLOTS`: for each transport the outcomes, then filtered answers by category bit. Each
worker has one list of `WORKER_SLOTS` for what belongs to no profile. No name and no address is counted anywhere.
"""

from __future__ import annotations

OUTCOMES = (
    "forwarded",  # answered by an upstream for this query
    "cached",
    "stale",
    "local",  # names that are answered here
    "failed",  # SERVFAIL
    "refused",
    "malformed",  # FORMERR, NOTIMP, BADVERS
    "limited",
    "dropped",
    "canary",
    "restricted",
    "household",  # filtered by a rule of the household
)
(FORWARDED, CACHED, STALE, LOCAL, FAILED, REFUSED_, MALFORMED, LIMITED, DROPPED, CANARY, RESTRICTED, HOUSEHOLD) = range(
    len(OUTCOMES)
)
FILTERED = 16  # + category bit (0 for a hold)
SLOTS_A_TRANSPORT = FILTERED + 64
TRANSPORTS = ("udp", "tcp")
TCP = SLOTS_A_TRANSPORT  # add to an outcome
PROFILE_SLOTS = SLOTS_A_TRANSPORT * len(TRANSPORTS)

WORKER_COUNTERS = (
    "upstream_sent",
    "upstream_answered",
    "upstream_timeouts",
    "upstream_mismatches",
    "upstream_malformed",
    "upstream_refused_by_icmp",
    "upstream_tcp",
    "upstream_failures",
    "upstream_microseconds",  # sum over the answered
    "upstream_rebinding",
    "upstream_loops",
    "coalesced",
    "bound_in_flight",
    "bound_client",
    "bound_domain",
    "bound_waiters",
    "cache_entries",  # gauges from here
    "cache_octets",
    "tcp_connections",
    "in_flight",
    "clients",
    "send_failures",
    "dropped_datagrams",
    "prefetched",
    "release",
)
WORKER_SLOTS = len(WORKER_COUNTERS)
SLOT = {name: number for number, name in enumerate(WORKER_COUNTERS)}


def new_profile_counts() -> list[int]:
    """One list for each profile of a worker."""
    return [0] * PROFILE_SLOTS


def new_worker_counts() -> list[int]:
    """One list for each worker."""
    return [0] * WORKER_SLOTS
