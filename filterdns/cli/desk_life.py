"""The keeper's duty of life: what is due, errs or looks like an error comes up for people (`keep.duties.life`)."""

from __future__ import annotations

from pathlib import Path

from filterdns.clock import Clock
from filterdns.config.settings import DeskSettings
from filterdns.keep.duty import Duty, DutyReport
from filterdns.lists.shipped import base_folder, shipped_folder


def life_duty(state: Path, desk: DeskSettings) -> Duty:
    """Of a publisher. Begins when there is a casebook."""

    def go(clock: Clock, is_believed: bool) -> DutyReport:
        from filterdns.keep.duties.life import Life
        from filterdns.transparency.appeals.rules import Rules
        from filterdns.transparency.casebook.casebook import find_casebook

        book = find_casebook(state, desk)
        try:
            return Life(state, base_folder(state, shipped_folder()), book, Rules()).go(clock, is_believed)
        finally:
            book.close()

    ready = None if desk.database else state / "desk" / "cases.sqlite"
    return Duty("what is due for a second look", go, ready=ready)
