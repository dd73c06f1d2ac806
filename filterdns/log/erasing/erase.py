"""Erasing a statement from the command line or a desk: see `erasures` for the order of things."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from filterdns.log.erasing.erasures import begin_erasure
from filterdns.log.offering.publish import refresh_heads
from filterdns.log.writing.writer import Ask, open_writer


def erase_statement(state: Path, commitment: str, why: str, when: datetime, ask: Ask | None = None) -> bool:
    """Remove the body of a statement for good and say so in the log; False if that was done before.

    `why`: one of `entries.WHYS`. Copies that others made are theirs; what else of it lies here says `traces`.  Raises
    LogFault if the log has no such statement, or cannot be written: then it is done as soon as it can be.
    """
    if not begin_erasure(state, commitment, why):
        return False
    with open_writer(state, when, ask):
        pass  # whoever opens the log finishes what was noted
    refresh_heads(state)
    return True
