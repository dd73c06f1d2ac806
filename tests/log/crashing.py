"""A disk that stops at a step, as a crash does, and may lose what was not synchronised by then."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from filterdns.log.writing.durable import Disk


class Crash(Exception):
    """The machine has stopped."""


class CrashingDisk(Disk):
    """Stops before its so-manieth step (0: never). With `loses`, what is not synchronised is then undone or cut."""

    def __init__(self, stop_at: int = 0, loses: bool = False) -> None:
        self.steps = 0
        self._stop_at = stop_at
        self._loses = loses
        self._unwritten: set[Path] = set()
        self._undo: list[tuple[Path, Callable[[], object]]] = []  # by the folder whose synchronisation ends it

    def make_folder(self, folder: Path) -> None:
        self._step()
        super().make_folder(folder)
        self._undo.append((folder.parent, lambda: shutil.rmtree(folder, ignore_errors=True)))

    def write(self, path: Path, octets: bytes, mode: int) -> None:
        self._step()
        super().write(path, octets, mode)
        self._unwritten.add(path)

    def synchronise(self, path: Path) -> None:
        self._step()
        super().synchronise(path)
        self._unwritten.discard(path)
        self._undo = [(folder, undo) for folder, undo in self._undo if folder != path]

    def synchronise_all(self, paths: Collection[Path]) -> None:
        for path in paths:  # one after the other, so that a step has one meaning
            self.synchronise(path)

    def rename(self, old: Path, new: Path) -> None:
        self._step()
        assert old not in self._unwritten, f"{old} gets its name before it is on the disk"
        self._remember(new)
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._step()
        self._remember(path)
        super().remove(path)

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self._stop_at:
            if self._loses:
                for _, undo in reversed(self._undo):
                    undo()
                for path in self._unwritten:
                    if path.exists():
                        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            raise Crash

    def _remember(self, path: Path) -> None:
        before = path.read_bytes() if path.exists() else None

        def undo() -> None:
            if before is None:
                path.unlink(missing_ok=True)
            elif path.parent.is_dir():
                path.write_bytes(before)

        self._undo.append((path.parent, undo))
