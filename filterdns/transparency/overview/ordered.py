"""What came of what was ordered on this page, in words; or that it is done in a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filterdns.lists.orders import ADD, MOST_DONE, ROLLBACK, UPDATE_NOW, Done
from filterdns.transparency.overview.moments import sentence
from filterdns.transparency.overview.rows import ListRow
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.wording import DONE, ORDERED, waiting_text

WAITING, DONE_WELL, FAILED = "waiting", "done", "failed"


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order. `said`: what the one who carried it out said, where that adds something."""

    state: str  # WAITING, DONE_WELL or FAILED
    title: str  # of the list, or ""
    text: str
    said: str = ""
    row: ListRow | None = None


def ordered_of(ids: Sequence[str], snapshot: Snapshot, rows: Mapping[str, ListRow]) -> tuple[Ordered, ...]:
    """What there is to say of these orders; nothing of those that nobody knows any more."""
    done = {each.id: each for each in snapshot.done}
    waiting = {order.id: order for order in snapshot.ordered}
    found = []
    for id_ in dict.fromkeys(ids[:MOST_DONE]):
        if id_ in done:
            found.append(_done(done[id_], rows))
        elif id_ in waiting:
            order = waiting[id_]
            row = rows.get(order.source)
            title = row.title if row else order.title
            found.append(Ordered(WAITING, title, waiting_text(order.order, is_kept=snapshot.is_kept), row=row))
    return tuple(found)


def _done(done: Done, rows: Mapping[str, ListRow]) -> Ordered:
    source = done.text.partition(":")[0] if done.order == ADD and done.is_done else done.source
    row = rows.get(source)
    title = row.title if row else source
    if not done.is_done:
        failed = ORDERED.get(done.order, ("", "It could not be done"))[1]
        return Ordered(FAILED, title, f"{failed}. Nothing was changed.", sentence(done.text), row)
    if done.order in (ROLLBACK, UPDATE_NOW):
        return Ordered(DONE_WELL, "", sentence(done.text))
    return Ordered(DONE_WELL, title, DONE.get(done.order) or sentence(done.text), row=row)
