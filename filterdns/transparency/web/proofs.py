"""Proofs from the log for the release that is shown, one at a time and beside the event loop: the first reads much."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from filterdns.errors import FilterdnsError
from filterdns.lists.release import open_release
from filterdns.log.names.proof_document import ReleaseProofs
from filterdns.log.reading.files import MissingFile
from filterdns.transparency.web.current import CurrentRelease


class NoProof(FilterdnsError):
    """There is no log here, or the release that is shown is not in it."""


class Proofs:
    """The documents of `filterdns.log.names.proof_document`. The trees of one release are kept open."""

    def __init__(self, current: CurrentRelease) -> None:
        self._current = current
        self._open: tuple[int, ReleaseProofs] | None = None
        self._turn = asyncio.Lock()

    async def document(self, name: str) -> dict[str, Any]:
        """What proves a name in A-labels. Raises NoProof, LogFault or IndexFault."""
        async with self._turn:
            return await asyncio.to_thread(self._document, name)

    def _document(self, name: str) -> dict[str, Any]:
        shown, reader = self._current.shown, self._current.log.reader
        if shown is None or reader is None:
            raise NoProof("expected a log and a release in it, got none")
        number = shown.index.number
        if self._open is None or self._open[0] != number:
            self._open = number, _open(self._current.state, number)
        return self._open[1].document(name, reader)


def _open(state: Path, number: int) -> ReleaseProofs:
    release = open_release(state, number)
    try:
        return ReleaseProofs(state, release)
    except MissingFile as fault:
        raise NoProof(f"release {number} is not in the log") from fault
