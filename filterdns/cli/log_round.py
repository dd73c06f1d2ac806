"""A publisher's round between updates: its log looked at, a checkpoint each day, and opened names seen to resolve."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from filterdns.cli.places import load_table
from filterdns.cli.resolving import ask_for_open
from filterdns.clock import Clock
from filterdns.config.settings import Address
from filterdns.keep.rounds import Round
from filterdns.log.opened import get_opened, settle_opened
from filterdns.log.places import has_log
from filterdns.log.recording import record_day, record_revocations
from filterdns.log.soundness import get_refusal, look_at_log

SECONDS = 3_600.0  # between two rounds as a rule
SECONDS_WHILE_OPENED = 60.0  # while a name that was opened has not been seen to resolve


def go_round(state: Path, dns: Address | None, clock: Clock, is_first: bool) -> Round:
    """One round; nothing where no log was begun. `dns`: where our own resolver answers, None if it does not here.

    Raises LogFault and StateFault.
    """
    if not has_log(state):
        return Round(SECONDS)
    when = clock.when()
    if is_first or get_refusal(state):
        fault = look_at_log(state, when)
        if fault:
            return Round(SECONDS, log_fault=fault)
    record_day(state, when)
    record_revocations(state, load_table(), when)
    left = _settle(state, dns, when) if get_opened(state) else 0
    return Round(min(SECONDS_WHILE_OPENED if left else SECONDS, _seconds_to_midnight(when)))


def _settle(state: Path, dns: Address | None, when: datetime) -> int:
    def resolve(names: Collection[str]) -> Collection[str]:
        return ask_for_open(dns, names) if dns else ()

    return settle_opened(state, when, resolve)


def _seconds_to_midnight(when: datetime) -> float:
    """A minute past it: the day has a checkpoint as early as it can."""
    midnight = when.replace(hour=0, minute=1, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - when).total_seconds()
