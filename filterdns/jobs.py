"""Work that is done in a child for one result: reading configuration, building lists, updating them."""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import socket
from collections.abc import Callable, Iterable
from typing import Any

from filterdns.errors import FilterdnsError
from filterdns.forks import describe_status, fork_child

_PIPE_OCTETS = 65_536


class Job:
    """One of them: `pipe` becomes readable, `read` is called until it says so, then `result` once."""

    def __init__(
        self,
        title: str,
        work: Callable[[], Any],
        say: Callable[[str], None],
        nice: int = 0,
        close: Iterable[socket.socket] = (),
    ) -> None:
        self.title = title
        self._octets = bytearray()
        self.pipe, child_end = os.pipe()
        self.pid = fork_child(lambda: _write_result(work, child_end, nice), say, title, close)
        os.close(child_end)

    def read(self) -> bool:
        """Take what has come; whether the child has closed its end."""
        part = os.read(self.pipe, _PIPE_OCTETS)
        self._octets += part
        return not part

    def result(self) -> Any:
        """What the work returned. Raises FilterdnsError with the text of what it raised, or that it died."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if not self._octets:
            raise FilterdnsError(f"{self.title}: ended without a result ({describe_status(status)})")
        value = pickle.loads(bytes(self._octets))
        if isinstance(value, FilterdnsError):
            raise value
        return value

    def stop(self) -> None:
        """Give up on it."""
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


class Jobs:
    """Those under way, watched by `poll`. `sockets` tells what we hold and no job may keep."""

    def __init__(
        self, poll: select.poll, say: Callable[[str], None], sockets: Callable[[], Iterable[socket.socket]]
    ) -> None:
        self._poll, self._say, self._sockets = poll, say, sockets
        self._under_way: dict[int, tuple[Job, Callable[[Any], None], Callable[[FilterdnsError], None]]] = {}

    def start(
        self,
        title: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[FilterdnsError], None],
        nice: int = 0,
    ) -> None:
        """Have `done` called with the result, or `failed` with the fault."""
        job = Job(title, work, self._say, nice, self._sockets())
        self._under_way[job.pipe] = job, done, failed
        self._poll.register(job.pipe, select.POLLIN)

    def hear(self, descriptor: int) -> bool:
        """Read on if this is a job's pipe; whether it is."""
        if descriptor not in self._under_way:
            return False
        job, done, failed = self._under_way[descriptor]
        if job.read():
            self._poll.unregister(descriptor)
            del self._under_way[descriptor]
            try:
                result = job.result()
            except FilterdnsError as fault:
                failed(fault)
            else:
                done(result)
        return True

    def stop(self) -> None:
        """Give up on all."""
        for job, _, _ in self._under_way.values():
            job.stop()
        self._under_way.clear()


def _write_result(work: Callable[[], Any], pipe: int, nice: int) -> int:
    try:
        os.nice(nice)
    except OSError:
        pass  # a sandbox may forbid it
    gc.unfreeze()
    value: Any
    try:
        value = work()
    except FilterdnsError as fault:
        value = FilterdnsError(str(fault))  # as text: faults have constructors of their own
    with os.fdopen(pipe, "wb") as file:
        pickle.dump(value, file)
    return 0
