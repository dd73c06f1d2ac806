"""What the keeper found that people should look at as a whole stands above the queue."""

from __future__ import annotations

from pathlib import Path

from filterdns.transparency.numbers.notes import AilingSource, Incident, Notes, store_notes
from tests.transparency.desk.desk_site import DeskSite
from tests.transparency.lists import WHEN


def test_lists_that_err_missing_hands_and_what_has_to_be_told_stand_above_the_queue(
    desk: DeskSite, desk_state: Path
) -> None:
    assert "hands are missing" not in desk.as_("ada").get("/desk").words
    day = WHEN.date()
    notes = Notes(
        day, (AilingSource("a-<list>", 24, 6),), (("gambling", 4),), (Incident(12, "family-clinic.example", day),)
    )
    store_notes(desk_state, notes)
    words = desk.as_("ada").get("/desk").words
    assert "gambling: hands are missing" in words
    assert "a-<list> errs too often" in words
    assert "6 of 24 appeals" in words
    assert "family-clinic.example was wrongly closed" in words
