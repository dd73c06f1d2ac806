"""Children of the supervisor: forked, gone when the supervisor is gone, their result read from a pipe."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import Any

from filterdns.errors import FilterdnsError

FAULT_STATUS = 78  # EX_CONFIG of sysexits.h: starting it again will not help
_PR_SET_PDEATHSIG = 1
_PIPE_OCTETS = 65_536
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def fork_child(work: Callable[[], int], say: Callable[[str], None], title: str) -> int:
    """Run `work` in a child process, which ends with the status that it returns; the child's process number.

    The child ignores SIGINT, since the supervisor tells it to stop, and gets SIGTERM if the supervisor dies. An
    exception is told by its type and place alone: its text could hold a name.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        status = work()
    except FilterdnsError as fault:
        say(f"{title}: {fault}")
        status = FAULT_STATUS
    except BaseException as error:
        say(f"{title}: {place_of(error)}")
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def die_with(parent: int) -> None:
    """Have the kernel send us SIGTERM when the parent dies; end at once if that has happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def place_of(error: BaseException) -> str:
    """Type and place of an exception, without its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name} ({os.path.basename(code.co_filename)}:{trace.tb_lineno})"


class Job:
    """Work done in a child for one result: `pipe` becomes readable, then `read` is called until it says it is done."""

    def __init__(self, title: str, work: Callable[[], Any], say: Callable[[str], None], nice: int = 0) -> None:
        self.title = title
        self._octets = bytearray()
        self.pipe, child_end = os.pipe()
        self.pid = fork_child(lambda: _write_result(work, child_end, nice), say, title)
        os.close(child_end)

    def read(self) -> bool:
        """Take what has come; whether the child has closed its end."""
        part = os.read(self.pipe, _PIPE_OCTETS)
        self._octets += part
        return not part

    def result(self) -> Any:
        """What the work returned. Raises FilterdnsError with what it raised, or that it died."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if not self._octets:
            raise FilterdnsError(f"{self.title}: ended without a result ({describe_status(status)})")
        value = pickle.loads(bytes(self._octets))
        if isinstance(value, FilterdnsError):
            raise value
        return value

    def wait(self) -> Any:
        """Read to the end and give the result."""
        while not self.read():
            pass
        return self.result()

    def stop(self) -> None:
        """Give up on it."""
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


def _write_result(work: Callable[[], Any], pipe: int, nice: int) -> int:
    os.nice(nice)
    gc.unfreeze()
    try:
        value = work()
    except FilterdnsError as fault:
        value = FilterdnsError(str(fault))  # as text: faults have constructors of their own
    with os.fdopen(pipe, "wb") as file:
        pickle.dump(value, file)
    return 0


def describe_status(status: int) -> str:
    """How a child ended, from what waitpid(2) says."""
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"status {os.WEXITSTATUS(status)}"
