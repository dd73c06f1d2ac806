"""What is going on: under way or at rest, which release, when the next update is, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from filterdns.transparency.overview.moments import Moment, count, parse_moment
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.wording import progress_text

NOT_KEPT = (
    "The part of filterdns that looks after the lists is not running. Start filterdns again (sudo systemctl restart "
    "filterdns, or filterdns serve). Whatever you order here waits until then, and filtering goes on with the lists "
    "that are here."
)
OFFLINE = "There is no network, so lists are fetched once there is one. Filtering goes on with the lists that are here."
NOT_FETCHING = (
    "The configuration says that this machine fetches no lists (lists.update: false). A list that is switched on here "
    "stays empty until that is changed."
)
CLOCK = (
    "The clock of this machine is not believed. Until it is right, no entry ends and nothing is late. It is set by "
    "itself once there is a network; or look at the time and confirm it with: filterdns lists confirm-clock"
)
NO_RELEASE = "There is no release yet, so nothing is filtered."


@dataclass(frozen=True, slots=True)
class Now:
    """Texts are sentences. `part` of `whole` are known while something is under way, or 0."""

    is_busy: bool  # the page looks again by itself
    doing: str
    part: int
    whole: int
    facts: tuple[tuple[str, str], ...]  # (what, value)
    troubles: tuple[str, ...]
    fault: str  # of the last update, as it was said
    lines: tuple[str, ...]  # what the last update came to
    may_update: bool  # somebody would look for new copies if asked


def now_of(snapshot: Snapshot, titles: Mapping[str, str], now: Moment) -> Now:
    """What is going on now."""
    bulletin = snapshot.bulletin
    progress = bulletin.progress if bulletin and snapshot.is_kept else None
    is_busy = snapshot.is_kept and (progress is not None or bool(snapshot.ordered))
    if progress is not None:
        doing = progress_text(progress, titles)
    elif snapshot.ordered:
        what = "What was ordered" if len(snapshot.ordered) == 1 else f"{count(len(snapshot.ordered), 'order')}"
        doing = f"{what} begins in a moment." if snapshot.is_kept else f"{what} waits."
    else:
        doing = "Nothing is under way." if snapshot.current else NO_RELEASE
    return Now(
        is_busy=is_busy,
        doing=doing,
        part=progress.number if progress else 0,
        whole=progress.of if progress else 0,
        facts=tuple(_facts(snapshot, now)),
        troubles=tuple(_troubles(snapshot)),
        fault=bulletin.fault if bulletin and snapshot.is_kept else "",
        lines=bulletin.lines if bulletin and not bulletin.fault else (),
        may_update=bool(snapshot.is_kept and bulletin and bulletin.fetching and bulletin.online and not is_busy),
    )


def _facts(snapshot: Snapshot, now: Moment) -> list[tuple[str, str]]:
    facts = []
    if release := snapshot.current:
        at = parse_moment(release.built_at)
        made = f", made {now.say(at)}" if at else ""
        facts.append(("In use", f"release {release.number}{made}, with {count(release.names, 'name')}"))
    if (bulletin := snapshot.bulletin) and snapshot.is_kept:
        if at := parse_moment(bulletin.ended_at):
            facts.append(("Last looked", now.say(at)))
        at = parse_moment(bulletin.next_at)
        if at and bulletin.progress is None:
            facts.append(("Next update", "in a moment" if now.is_past(at) else now.say(at)))
    return facts


def _troubles(snapshot: Snapshot) -> list[str]:
    if not snapshot.is_kept:
        return [NOT_KEPT]  # what the keeper said last may be long over
    bulletin, troubles = snapshot.bulletin, []
    if bulletin is not None:
        troubles += [] if bulletin.clock_believed else [CLOCK]
        if not bulletin.fetching:
            troubles.append(NOT_FETCHING)
        elif not bulletin.online:
            troubles.append(OFFLINE)
    return troubles
