"""What a home does with the publisher whose decisions it takes, handed to the keeper and to whoever builds.

Small: what is heavy is imported in the children that do it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import FilterdnsError, LogFault
from filterdns.keep.rounds import GoRound, Round
from filterdns.keep.run import chance
from filterdns.lists.shipped import base_folder, shipped_folder

if TYPE_CHECKING:
    from filterdns.lists.build import RecordFor
    from filterdns.log.subscription import Subscription

MOST_TOLD = 5  # of what was left out of the decisions; the status has more


def round_of(settings: Settings, state: Path) -> GoRound | None:
    """Asking the publisher, for the keeper; None where none is configured."""
    if settings.publisher is None:
        return None

    def go(clock: Clock, is_first: bool) -> Round:
        return ask_publisher(settings, state, clock.when(), force=is_first)

    return go


def ask_publisher(settings: Settings, state: Path, when: datetime, *, force: bool) -> Round:
    """Ask for what is due; what is new counts: revocations at once, decisions in the build that follows.

    Raises StateFault, and LogFault for a policy file that is none.
    """
    from filterdns.log.subscribe import poll
    from filterdns.log.taking import is_behind, take_revocations
    from filterdns.log.trust import load_policy_text

    subscription = _subscription(settings)
    assert subscription is not None
    policy = load_policy_text(settings.log_policy_file)
    polled = poll(state, subscription, policy, when, chance, force=force)
    lines = list(polled.lines)
    try:
        take_revocations(state, shipped_folder())
    except FilterdnsError as fault:
        lines.append(f"{subscription.origin}: revocations stay as they are: {fault}")
    seconds = max(0.0, (polled.next_at - when).total_seconds())
    return Round(seconds, tuple(lines), build=is_behind(state, shipped_folder()))


def ready(settings: Settings, state: Path) -> tuple[Path, list[str]]:
    """The lists to build from, and what people should know of them.

    Where a log is required and nothing was accepted from it yet, nothing is built. Raises LogFault and StateFault.
    """
    from filterdns.log.subscription import load_status
    from filterdns.log.taking import forget_publisher, ready_base

    shipped = shipped_folder()
    if settings.publisher is None:
        forget_publisher(state)
        return shipped, []
    before = base_folder(state)
    base = ready_base(state, shipped)
    if base == shipped and settings.require_log:
        url = settings.publisher.url
        raise LogFault(f"require_log: expected decisions of the publisher, got none from {url} yet; no release is made")
    if base in (before, shipped):
        return base, []
    left_out = load_status(state).left_out
    lines = [f"left out of the publisher's decisions, {count} {why}" for why, count in sorted(left_out.items())]
    return base, lines[:MOST_TOLD]


def recorder_of(state: Path) -> RecordFor:
    """Lays the proof of the decisions beside each release that is made of them."""
    from filterdns.log.taking import record_decisions

    return record_decisions(state)


def _subscription(settings: Settings) -> Subscription | None:
    from filterdns.log.subscription import Subscription

    publisher = settings.publisher
    if publisher is None:
        return None
    return Subscription(
        publisher.url, publisher.vkey, tuple(sorted(publisher.kinds)), tuple(sorted(publisher.categories))
    )
