"""The limits of fetching, each with its unit and reason."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one run may cost. The defaults are for a Pi at a slow line."""

    most_octets: int = 64 * MIB  # of one list, on the way and decoded: three times the largest list in public use
    connect_seconds: float = 10.0  # name look-up, TCP and TLS together
    stall_seconds: float = 20.0  # without an octet; also how long an answer may take to begin
    total_seconds: float = 300.0  # of one body; one that may be resumed goes on at the next attempt
    least_octets_a_second: int = 1024  # over each `stall_seconds`: a slow loris sends an octet now and then
    redirects: int = 5  # GitHub and the like need two
    hosts: int = 4  # asked at the same time, each over one connection: what a home line carries without being felt
    sync_octets: int = 4 * MIB  # after so many a partial download survives a power cut; each is a write to an SD card
    first_pause_seconds: float = 900.0  # after a failure, doubled with each further one up to the interval
    most_pause_seconds: float = SECONDS_A_DAY  # for failures and for a server's Retry-After
    jitter: float = 0.1  # of intervals and pauses, so that a million homes do not ask in the same second
    progress_seconds: float = 0.1  # between two reports of one download: what an eye follows
