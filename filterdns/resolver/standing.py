"""What holds now: the settings and the sockets, and those before them for as long as there may be a way back."""

from __future__ import annotations

import socket
from collections.abc import Callable

from filterdns.config.settings import Settings
from filterdns.resolver.servers.held import NOWHERE, Listening, close_others, prepare
from filterdns.resolver.shared import MOST_PROFILES
from filterdns.resolver.words import Orders

NEEDS_NEW_WORKERS = (
    *("dns", "workers", "udp_receive_octets", "tcp", "cache"),
    *("require_log", "publisher", "log_policy_file"),  # what is in use is not judged again
)  # a worker takes all else as it answers


class Standing:
    """`given`: sockets that systemd handed over."""

    def __init__(self, given: list[socket.socket], say: Callable[[str], None]) -> None:
        self._given, self._say = given, say
        self._settings: Settings | None = None
        self._before: tuple[Settings, Listening] | None = None
        self.listening = NOWHERE
        self.columns: dict[str, int] = {}  # profile -> its place in the shared map, for as long as we live
        self.helplines: frozenset[bytes] = frozenset()

    @property
    def has_settings(self) -> bool:
        """False until the first are loaded."""
        return self._settings is not None

    @property
    def settings(self) -> Settings:
        """Those that hold."""
        assert self._settings is not None
        return self._settings

    def orders(self) -> Orders:
        """What a worker is to work under."""
        return Orders(self.settings, self.columns, self.helplines)

    def sockets(self) -> list[socket.socket]:
        """All that we hold."""
        listenings = [self.listening] if self._before is None else [self.listening, self._before[1]]
        return [sock for listening in listenings for sock in listening.sockets.values()]

    def fits_workers(self, settings: Settings) -> bool:
        """Whether the workers that there are can take these settings."""
        return all(getattr(settings, name) == getattr(self.settings, name) for name in NEEDS_NEW_WORKERS)

    def take(self, settings: Settings) -> None:
        """These settings hold from now on, where we listen already."""
        self._settings = settings
        for profile in settings.profiles:
            if len(self.columns) < MOST_PROFILES:
                self.columns.setdefault(profile.id, len(self.columns))

    def begin(self, settings: Settings) -> None:
        """Listen as these settings say, and keep what held before. Raises ListenFault, and then nothing has changed."""
        listening = prepare(settings, self.listening, self._given, self._say)
        if self._settings is not None:
            self._before = self._settings, self.listening
        self.listening = listening
        self.take(settings)

    def finish(self) -> None:
        """There is no way back any more: what was listened on before is left."""
        if self._before is not None:
            close_others(self._before[1], self.listening)
            self._before = None

    def go_back(self) -> None:
        """What held before holds again."""
        if self._before is not None:
            settings, listening = self._before
            close_others(self.listening, listening)
            self._settings, self.listening, self._before = settings, listening, None

    def close(self) -> None:
        """Leave every address."""
        self.finish()
        close_others(self.listening, NOWHERE)
