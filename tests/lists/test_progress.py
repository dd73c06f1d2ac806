from __future__ import annotations

from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.lists.progress import (
    BUILD,
    FETCH,
    MOST_LINES,
    PARSE,
    Bulletin,
    Progress,
    load_bulletin,
    progress_file,
    store_bulletin,
)

BULLETIN = Bulletin(Progress(FETCH, "ut1-gambling", 3, 9, 2_100_000), "2026-12-01T12:00:00+00:00", lines=("one", "two"))


def test_what_was_told_is_read_back_whole(tmp_path: Path) -> None:
    assert load_bulletin(tmp_path) is None
    for bulletin in (BULLETIN, Bulletin()):
        store_bulletin(tmp_path, bulletin)
        assert load_bulletin(tmp_path) == bulletin


@pytest.mark.parametrize("octets", [b"", b"[]", b"{}", b'{"progress": {"stop": 1}, "lines": []}', b"\xff"])
def test_a_damaged_note_is_none(tmp_path: Path, octets: bytes) -> None:
    progress_file(tmp_path).write_bytes(octets)
    assert load_bulletin(tmp_path) is None


def test_a_note_has_a_bound(tmp_path: Path) -> None:
    store_bulletin(tmp_path, Bulletin(lines=("x" * 1_000,) * 1_000, fault="y" * 1_000_000))
    bulletin = load_bulletin(tmp_path)
    assert bulletin is not None
    assert len(bulletin.lines) == MOST_LINES


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StateFault, match="expected room"):
        store_bulletin(tmp_path / "missing", BULLETIN)


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (BULLETIN.progress, "fetching 3 of 9: ut1-gambling, 2.1 MB"),
        (Progress(PARSE, "ut1-gambling", names=1_234_567), "reading: ut1-gambling, 1,234,567 names"),
        (Progress(BUILD, "index", 2, 4), "building 2 of 4: index"),
        (Progress(BUILD), "building"),
    ],
)
def test_progress_in_words(progress: Progress, text: str) -> None:
    assert progress.text == text
