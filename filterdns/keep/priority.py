"""Stepping back behind every process that answers: for the processor, for the disk, and when memory runs out.

What somebody waits for runs at low priority; what nobody waits for runs only when nothing else wants to, by the
scheduling class that is made for it. That class is never left again, so it is entered in children that end.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

NICE = 10
KEEPER_OOM_SCORE, CHILD_OOM_SCORE = 200, 500  # of 1000: a build dies before a worker does

# ioprio_set(2) has no wrapper in libc; its number by machine (asm/unistd.h).
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "armv7l": 314, "armv6l": 314, "i686": 289}
_WHO_ONE = 1  # IOPRIO_WHO_*: the thread of this number, 0 for ours
_IOPRIO_LOWEST, _IOPRIO_IDLE = 2 << 13 | 7, 3 << 13  # the last of best effort; only when the disk is idle


def step_back(*, idle: bool, oom_score: int) -> None:
    """Give way, for good. `idle`: to everything. What a sandbox forbids is left as it is."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
        if idle and hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except OSError:
        pass
    if sys.platform != "linux":
        return
    number = _IOPRIO_SET.get(os.uname().machine)
    if number is not None:
        ctypes.CDLL(None).syscall(number, _WHO_ONE, 0, _IOPRIO_IDLE if idle else _IOPRIO_LOWEST)
    try:
        Path("/proc/self/oom_score_adj").write_text(f"{oom_score}\n")
    except OSError:
        pass
