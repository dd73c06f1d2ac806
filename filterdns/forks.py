"""Children of a process: forked, silent about what they know, gone when their parent is gone."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable

from filterdns.errors import FilterdnsError

FAULT_STATUS = 78  # EX_CONFIG of sysexits.h: starting it again will not help
_PR_SET_PDEATHSIG = 1
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def fork_child(
    work: Callable[[], int], say: Callable[[str], None], title: str, close: Iterable[socket.socket] = ()
) -> int:
    """Run `work` in a child process, which ends with the status that it returns; the child's process number.

    `close`: sockets of ours that the child must not keep open, or an address would stay bound when we have left it.

    The child ignores SIGINT, since the supervisor tells it to stop, and gets SIGTERM if the supervisor dies. An
    exception is told by its type and place alone: its text could hold a name.
    """
    parent = os.getpid()
    _flush()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (*_SIGNALS, signal.SIGINT))
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)  # one that came meanwhile ends us, and is not our parent's
        die_with(parent)
        for sock in close:
            sock.close()
        status = work()
    except FilterdnsError as fault:
        say(f"{title}: {fault}")
        status = FAULT_STATUS
    except BaseException as error:
        say(f"{title}: {place_of(error)}")
    finally:
        _flush()
        os._exit(status)


def _flush() -> None:
    """Leave nothing in buffers that parent and child would both write."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # nobody reads it any more


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


def describe_status(status: int) -> str:
    """How a child ended, from what waitpid(2) says."""
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"status {os.WEXITSTATUS(status)}"
