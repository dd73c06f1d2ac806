"""What the keeper of the lists is given to do. Small: what is heavy is imported in the children that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from filterdns.cli.desk_duties import build_decided, duties_of, has_desk
from filterdns.cli.desk_life import life_duty
from filterdns.clock import Clock
from filterdns.config.settings import Role, Settings
from filterdns.errors import LogFault
from filterdns.keep.duty import Duty
from filterdns.keep.errand import Deed, Update, UpdateReport, Work
from filterdns.keep.rounds import Round
from filterdns.lists.orders import (
    ACCEPT,
    ADD,
    KEEP_OLD,
    REMOVE,
    ROLLBACK,
    SWITCH_OFF,
    SWITCH_ON,
    UNDO,
    Order,
)
from filterdns.lists.progress import Progress
from filterdns.lists.shipped import base_folder, publisher_folder, shipped_folder
from filterdns.log.places import has_log

_WITH_DEED = (ACCEPT, KEEP_OLD, UNDO, SWITCH_ON, SWITCH_OFF, ADD, REMOVE, ROLLBACK)


def work_in(state: Path, settings: Settings) -> Work:
    """All of it, for a state folder."""
    shipped = shipped_folder()

    def go_round_here(clock: Clock, is_first: bool) -> Round:
        from filterdns.cli.log_round import go_round

        return go_round(state, settings, clock, is_first)

    def carry_out_here(order: Order, when: datetime) -> str:
        return carry_out(shipped, state, order, when)

    needs_publisher = settings.require_log and settings.publisher is not None
    update: Update = partial(update_lists, needs_publisher=needs_publisher)
    duties: tuple[Duty, ...] = ()
    if settings.role is Role.PUBLISHER:
        update = partial(update_publisher, settings)
        duties = (*duties_of(state, settings), life_duty(state, settings.desk))
    deeds: dict[str, Deed] = dict.fromkeys(_WITH_DEED, carry_out_here)
    return Work(update, deeds, shipped, state, go_round_here if _has_rounds(state, settings) else None, duties)


def _has_rounds(state: Path, settings: Settings) -> bool:
    """Whether there is a log, or somebody else's decisions, to look after: a home of its own has neither."""
    has_publisher = settings.publisher is not None or publisher_folder(state).is_dir()
    return has_publisher or settings.role is Role.PUBLISHER or has_log(state)


def update_lists(
    shipped: Path,
    overlay: Path,
    state: Path,
    clock: Clock,
    report: Callable[[Progress], None],
    *,
    fetch: bool,
    force: bool,
    needs_publisher: bool = False,
) -> UpdateReport:
    """Fetch what is due, judge, build and record. `needs_publisher`: make no release without a publisher's decisions.

    Raises DataFault, IndexFault, LogFault, StateFault.
    """
    from filterdns.lists.update import update
    from filterdns.log.home.subscription import left_out, load_seen, load_status
    from filterdns.log.home.taking import ready_base
    from filterdns.log.recording.recorder import recorder_for

    before = base_folder(state)
    base, recording = ready_base(state, shipped), recorder_for(state, clock)
    if needs_publisher and base == shipped:
        raise LogFault("require_log: expected decisions of the publisher, got none yet; no release is made")
    came_to = update(base, overlay, state, clock, report, fetch=fetch, force=force, record=recording)
    recording.record_rest()
    if base in (before, shipped):
        return came_to
    origin = load_seen(state).origin
    return replace(came_to, lines=(*came_to.lines, *left_out(load_status(state), origin)))


def update_publisher(
    settings: Settings,
    shipped: Path,
    overlay: Path,
    state: Path,
    clock: Clock,
    report: Callable[[Progress], None],
    *,
    fetch: bool,
    force: bool,
) -> UpdateReport:
    """The same at a publisher: what its desk has decided is built first, since people wait for it. Raises as that."""

    def build() -> UpdateReport:
        return update_lists(shipped, overlay, state, clock, report, fetch=False, force=False)

    decided = (
        build_decided(state, base_folder(state, shipped), settings, clock, build) if has_desk(state, settings) else None
    )
    if decided is not None and not fetch:
        return decided
    return update_lists(shipped, overlay, state, clock, report, fetch=fetch, force=force)


def carry_out(shipped: Path, state: Path, order: Order, when: datetime) -> str:
    """What a person decided, in a sentence. Raises FilterdnsError."""
    from filterdns.lists.deeds import Deeds
    from filterdns.lists.household_lists import NewList

    deeds = Deeds(shipped, state)
    match order.order:
        case "accept":
            return deeds.accept(order.source, when, order.digest)
        case "keep_old":
            return deeds.keep_old(order.source, when, order.digest)
        case "undo":
            return deeds.undo(order.source, when, order.digest)
        case "switch_on" | "switch_off":
            return deeds.switch(order.source, order.order == SWITCH_ON, when)
        case "add":
            known = _get_added(state, order)
            return known or deeds.add(NewList(order.url, order.category, order.title))
        case "remove":
            return deeds.remove(order.source)
        case _:
            return deeds.roll_back(order.release, when)


def _get_added(state: Path, order: Order) -> str | None:
    """What to say if the household has this very list already: an order that was cut short is carried out again."""
    from filterdns.cli.places import load_installed

    for recipe in load_installed(state).all:
        if recipe.household and order.url in (*recipe.urls, recipe.path) and recipe.category == order.category:
            return f"{recipe.id}: is a list of this household already, for {recipe.category}"
    return None
