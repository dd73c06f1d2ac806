"""What `filterdns lists status` says of lists that are well, and of one that waits for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from filterdns.cli.lists_status import lines_of, record_of
from filterdns.lists.copies import load_journal, store_journal
from filterdns.lists.shipped import shipped_folder
from filterdns.transparency.overview.moments import Moment
from filterdns.transparency.overview.rows import ListRow, row_of
from filterdns.transparency.overview.snapshot import Loader, Snapshot
from tests.lists.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A list that is well, one whose new copy is too short, and one that could not be fetched."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    home = Home(shipped, tmp_path / "state")
    for id_ in ("well", "short", "gone"):
        home.add_list(id_, "gambling")
        home.serve(id_, [f"{id_}{number}.example" for number in range(1_000)])
    home.update()
    home.sleep(hours=1)
    home.serve("short", [f"short{number}.example" for number in range(100)])
    home.update()
    tomorrow = (home.when + timedelta(days=1)).isoformat()
    store_journal(home.state, replace(load_journal(home.state, "well"), next_at=tomorrow))
    fault = "the server answered 404 (there is no such file), next try at 14:00"
    store_journal(home.state, replace(load_journal(home.state, "gone"), next_at=tomorrow, fault=fault))
    return home


def look(home: Home) -> tuple[Snapshot, list[ListRow], Moment]:
    snapshot, now = Loader(home.shipped, home.state).load(), Moment(home.when, UTC)
    return snapshot, [row_of(recipe, snapshot, now) for recipe in snapshot.recipes.all], now


def test_each_list_is_told_in_words_and_what_waits_with_what_to_type(home: Home) -> None:
    lines = list(lines_of(*look(home)))
    assert lines[0] == "release 1: 3,000 names, 3,000 listings"
    assert "  well   On, 1,000 names, confirmed today at 12:00, next tomorrow at 13:00" in lines
    place = lines.index("  gone   On, 1,000 names, confirmed today at 12:00")
    assert lines[place + 1].strip() == "The server answered 404 (there is no such file), next try at 14:00."
    place = lines.index("short waits for you. The new copy would remove 900 names.")
    reason, since, remedy = lines[place + 1 : place + 4]
    assert reason == "  Lost 900 of 1,000 names (90 %)."
    assert since.startswith(
        "  It has waited since 24 November 2026, and was seen once. If nobody answers, the copy of "
    )
    assert remedy == "  `filterdns lists accept short` or `filterdns lists keep-old short`"


def test_programs_get_the_numbers(home: Home) -> None:
    snapshot, rows, _ = look(home)
    record = record_of(snapshot, rows, clock_believed=True)
    by_id = {row["id"]: row for row in record["lists"]}
    assert (by_id["short"]["held"]["removed"], by_id["short"]["held"]["rules"]) == (900, ["shrank"])
    assert by_id["well"]["held"] is None
    assert by_id["gone"]["fault"].startswith("the server answered 404")
    assert record["release"]["names_by_category"] == {"gambling": 3_000}
    assert record["keeper"] == {"runs": False}
