from __future__ import annotations

import fcntl
from pathlib import Path

from filterdns.lists.keep_lock import is_kept, keep_lock


def test_a_keeper_is_there_as_long_as_it_holds_the_lock(tmp_path: Path) -> None:
    assert not is_kept(tmp_path)
    with keep_lock(tmp_path).open("w") as file:
        assert not is_kept(tmp_path)
        fcntl.flock(file, fcntl.LOCK_EX)
        assert is_kept(tmp_path)
    assert not is_kept(tmp_path)


def test_looking_leaves_the_lock_free(tmp_path: Path) -> None:
    keep_lock(tmp_path).touch()
    assert not is_kept(tmp_path)
    with keep_lock(tmp_path).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
