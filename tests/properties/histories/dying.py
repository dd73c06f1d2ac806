"""A child that ends at its so-manieth write: what was not written by then never is, and nothing tidies up behind it."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filterdns.log.writing.durable import Disk
from filterdns.transparency.casebook.store import Store
from tests.counted import counted

_DONE, _FAILED, _DIED = 0, 3, 9


def die_at(step: int, work: Callable[[], object]) -> bool:
    """Do this in a child that dies at its step of this number, from 1; whether it came to its end before.

    A step is a file that gets its name or loses it, a file or folder that is to be on the disk, a file half written,
    and what comes before or behind a transaction of the casebook.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        status = _FAILED
        try:
            _count_to(step)
            work()
            status = _DONE
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (_DONE, _DIED), f"expected a child that ends or dies at a write, got status {status}"
    return status == _DONE


def _count_to(step: int) -> None:
    """From now on this process dies at the step of this number. Only for a child."""
    left = [step]

    def count() -> None:
        left[0] -= 1
        if not left[0]:
            os._exit(_DIED)

    def write_half(disk: Disk, path: Path, octets: bytes, mode: int, whole: Any = Disk.write) -> None:
        left[0] -= 1
        whole(disk, path, octets if left[0] else octets[: len(octets) // 2], mode)
        if not left[0]:
            os._exit(_DIED)

    for name in ("replace", "rename", "unlink", "rmdir"):
        setattr(Path, name, counted(count, getattr(Path, name)))
    os.fsync, os.link = counted(count, os.fsync), counted(count, os.link)
    Disk.write = write_half  # type: ignore[method-assign]
    Store.write = counted(count, Store.write, after=True)  # type: ignore[method-assign]
