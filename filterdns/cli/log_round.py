"""What the keeper looks after between updates.

A publisher's log: verified when the keeper starts, a checkpoint each day, opened names seen to resolve.  At a home the
publisher whose decisions it takes: asked for what is due.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from filterdns.cli.desk_duties import received_here
from filterdns.cli.places import load_table
from filterdns.cli.resolving import ask_for_open
from filterdns.clock import Clock
from filterdns.config.settings import Address, PublisherSettings, Settings
from filterdns.errors import FilterdnsError
from filterdns.keep.rounds import Round
from filterdns.lists.shipped import shipped_folder
from filterdns.log.home.subscribe import poll
from filterdns.log.home.subscription import Subscription
from filterdns.log.home.taking import forget_publisher, is_behind, take_revocations
from filterdns.log.places import has_log
from filterdns.log.recording.opened import get_opened, settle_opened
from filterdns.log.recording.recorder import record_day, record_revocations
from filterdns.log.recording.soundness import get_refusal, look_at_log
from filterdns.log.trust import load_policy_text

SECONDS = 3_600.0  # between two rounds as a rule
SECONDS_WHILE_OPENED = 60.0  # while a name that was opened has not been seen to resolve


def go_round(state: Path, settings: Settings, clock: Clock, is_first: bool) -> Round:
    """One round of whatever there is to look after. Raises LogFault and StateFault."""
    if has_log(state):
        return _look_after_log(state, settings, clock.when(), is_first)
    if settings.publisher is not None:
        return _ask_publisher(state, settings, settings.publisher, clock.when(), force=is_first)
    forget_publisher(state)
    return Round(SECONDS, build=is_first)


def _look_after_log(state: Path, settings: Settings, when: datetime, is_first: bool) -> Round:
    """A publisher's."""
    if is_first or get_refusal(state):
        fault = look_at_log(state, when)
        if fault:
            return Round(SECONDS, log_fault=fault)
    record_day(state, when, partial(received_here, state, settings))
    record_revocations(state, load_table(), when)
    dns = settings.dns[0] if settings.dns else None  # where our own resolver answers, if it does here
    left = _settle(state, dns, when) if get_opened(state) else 0
    return Round(min(SECONDS_WHILE_OPENED if left else SECONDS, _seconds_to_midnight(when)))


def _ask_publisher(
    state: Path, settings: Settings, publisher: PublisherSettings, when: datetime, *, force: bool
) -> Round:
    """A home's: ask for what is due, for all with `force`. Revocations count at once, decisions in the next build."""
    kinds, categories = tuple(sorted(publisher.kinds)), tuple(sorted(publisher.categories))
    subscription = Subscription(publisher.url, publisher.vkey, kinds, categories)
    policy = load_policy_text(settings.log_policy_file)
    polled = poll(state, subscription, policy, when, Random().random, force=force)
    lines = list(polled.lines)
    try:
        take_revocations(state, shipped_folder())
    except FilterdnsError as fault:
        lines.append(f"{subscription.origin}: revocations stay as they are: {fault}")
    seconds = (polled.next_at - when).total_seconds()
    return Round(seconds, tuple(lines), build=is_behind(state, shipped_folder()))


def _settle(state: Path, dns: Address | None, when: datetime) -> int:
    def resolve(names: Collection[str]) -> Collection[str]:
        return ask_for_open(dns, names) if dns else ()

    return settle_opened(state, when, resolve)


def _seconds_to_midnight(when: datetime) -> float:
    """A minute past it: the day has a checkpoint as early as it can."""
    midnight = when.replace(hour=0, minute=1, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - when).total_seconds()
