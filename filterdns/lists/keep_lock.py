"""STATE/keep.lock: held by the one keeper of a state folder as long as it lives; the kernel lets go when it ends."""

from __future__ import annotations

import fcntl
from pathlib import Path


def keep_lock(state: Path) -> Path:
    """Where it lies."""
    return state / "keep.lock"


def is_kept(state: Path) -> bool:
    """Whether a keeper is there to carry out what is ordered. Never raises.

    The look takes the lock for an instant and shares it with other looks; a keeper that begins just then tries again.
    """
    try:
        with keep_lock(state).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
