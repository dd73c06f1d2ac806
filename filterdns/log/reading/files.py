"""Where the files of a log are read from: a folder, or the web. Every size, wait and path has its limit.

What lies there was written by others, perhaps to harm whoever reads it. So a path is checked before it is used, a link
in a folder cannot lead out of it, a server cannot send us to another one, and nobody makes us read or wait for ever.
What is in a file is judged by those who asked for it.
"""

from __future__ import annotations

import math
import os
import re
import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from filterdns.clock import Clock
from filterdns.errors import LogFault
from filterdns.log.reading.timed_answers import answer_by, is_loopback
from filterdns.visible import visible

_MOST_PATH = 255  # characters; the longest of ours has 150
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
_PIECE = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_NOT_MODIFIED = 304
_TOO_OFTEN = 429
_PAUSE_SECONDS = 1.0  # before it is asked for once more
_CONDITIONS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}  # RFC 9110 section 13.1

_LEAST_AGE = timedelta(seconds=2)

Validators = Mapping[str, str]
"""What a server told of a file, to ask whether it has changed (RFC 9110 section 8.8)."""


class MissingFile(LogFault):
    """There is no such file; whether there should be is for the reader to say."""


class UnchangedFile(LogFault):
    """The file is the one that was read before."""


class LogFiles(Protocol):
    """The files of one log. `str()` says to people where they are."""

    def read(self, path: str, most_octets: int) -> bytes:
        """A file whole. Raises MissingFile if there is none, LogFault if it is longer or cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class WebLimits:
    """What a server may cost us."""

    stall_seconds: float = 15.0  # without an octet: a static file is there at once or not at all
    file_seconds: float = 120.0  # for one file: the largest bundle, 4 MiB, over a line of 300 kbit/s
    visit_seconds: float = math.inf  # for all files together; whoever reads a whole log may take hours
    redirects: int = 3  # within the same server: a final slash, a version in the path; more is a circle


def check_path(path: str) -> None:
    """Raises LogFault for a path that could lead anywhere but below where it is used, on a disk or in a URL."""
    if len(path) > _MOST_PATH or not _PATH.match(path):
        raise LogFault(f"expected the path of a file of the log, got {path[:_MOST_PATH]!r}")


class FolderFiles:
    """A log in a folder: the publisher's own, or a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inside = os.path.realpath(folder) + os.sep

    def __str__(self) -> str:
        return str(self._folder)

    def read(self, path: str, most_octets: int) -> bytes:
        """See LogFiles. A link may lead to another place in the folder; a pipe or a device is not waited for."""
        check_path(path)
        file = self._folder / path
        if not os.path.realpath(file).startswith(self._inside):
            raise LogFault(f"{file}: expected a file in this folder, got a link that leads out of it")
        try:
            with open(file, "rb", opener=_open_at_once) as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    raise LogFault(f"{file}: expected a file, got something else of that name")
                octets = opened.read(most_octets + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingFile(f"{file}: there is no such file") from None
        except OSError as error:
            raise LogFault(f"{file}: expected a file that can be read, got {error.strerror or error}") from error
        return _within(octets, most_octets, str(file))


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


class WebFiles:
    """A log behind a URL, over one connection that is kept. Not for two threads at once."""

    def __init__(self, url: str, clock: Clock | None = None, limits: WebLimits | None = None) -> None:
        """Raises LogFault if the URL is not one of https, or of http on this machine itself."""
        parts = _split(url)
        self._base = url.rstrip("/") + "/"
        self._scheme, self._host, self._port = parts
        self._clock = clock or Clock()
        self._limits = limits or WebLimits()
        self._end = self._clock.now() + self._limits.visit_seconds
        self._connection: HTTPConnection | None = None
        self._known: Validators = {}  # of what `read_changed` is asked for
        self._told: Validators = {}  # of what was read last

    def __str__(self) -> str:
        return self._base.rstrip("/")

    def close(self) -> None:
        """End the connection; the next read begins another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def read(self, path: str, most_octets: int) -> bytes:
        """See LogFiles. Follows redirects within the same server only."""
        check_path(path)
        url = self._base + path
        deadline = min(self._clock.now() + self._limits.file_seconds, self._end)
        for _ in range(self._limits.redirects + 1):
            answer = self._ask(url, most_octets, deadline)
            if isinstance(answer, bytes):
                return answer
            url = answer
        raise LogFault(
            f"{self._base}{path}: expected the file, got more than {self._limits.redirects} redirects or pauses"
        )

    def read_changed(self, path: str, most_octets: int, known: Validators) -> tuple[bytes, Validators]:
        """The file and what tells it from the next one. Raises UnchangedFile if it is still the one of `known`."""
        self._known = known
        try:
            return self.read(path, most_octets), self._told
        finally:
            self._known = {}

    def _ask(self, url: str, most_octets: int, deadline: float) -> bytes | str:
        """The file, or the URL of the same server to ask next: where it is said to be, or the same after a pause."""
        try:
            return self._receive(url, self._send(url, deadline), most_octets)
        except TimeoutError as error:
            self.close()
            raise LogFault(
                f"{url}: expected octets each {self._limits.stall_seconds:g} seconds and the end within "
                f"{self._limits.file_seconds:g} seconds, {self._limits.visit_seconds:g} for all files, got {error}"
            ) from error
        except (OSError, HTTPException, ValueError) as error:  # ValueError: nothing that may stand in a request
            self.close()
            got = visible(str(error).strip()) or type(error).__name__
            raise LogFault(f"{url}: expected an answer, got {got}") from error
        except (MissingFile, UnchangedFile):
            raise  # an answer like any other
        except LogFault:
            self.close()  # what is left of the answer would be taken for the next one
            raise

    def _send(self, url: str, deadline: float) -> HTTPResponse:
        """The head of the answer. A connection that the server closed meanwhile is replaced once."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "filterdns", "Accept-Encoding": "identity"}
        headers |= {asked: self._known[told] for told, asked in _CONDITIONS.items() if told in self._known}
        kept = self._connection
        for connection in (kept, None) if kept else (None,):
            connection = self._connection = connection or self._connect()
            answer_by(connection, self._clock, deadline, self._limits.stall_seconds)
            try:
                connection.request("GET", target, headers=headers)
                return connection.getresponse()
            except (ConnectionError, HTTPException):
                self.close()
                if connection is not kept:
                    raise
        raise ConnectionError("no connection")

    def _connect(self) -> HTTPConnection:
        if self._scheme == "http":
            return HTTPConnection(self._host, self._port, timeout=self._limits.stall_seconds)
        context = ssl.create_default_context()
        return HTTPSConnection(self._host, self._port, timeout=self._limits.stall_seconds, context=context)

    def _receive(self, url: str, response: HTTPResponse, most_octets: int) -> bytes | str:
        if response.status in _REDIRECTS:
            response.read(_PIECE)  # so that the connection can be kept; where there is more, it is replaced
            return self._find_target(url, response)
        if response.status == _NOT_MODIFIED and self._known:
            response.read()
            raise UnchangedFile(f"{url}: it has not changed")
        if response.status == _TOO_OFTEN:
            response.read(_PIECE)
            self._clock.nap(_PAUSE_SECONDS)
            return url
        if response.status in _GONE:
            response.read(_PIECE)
            raise MissingFile(f"{url}: there is no such file (status {response.status})")
        if response.status != 200:
            raise LogFault(f"{url}: expected the file, got status {response.status}")
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise LogFault(f"{url}: expected the file as it is, got it packed, which was not asked for")
        octets = bytearray()
        while piece := response.read1(min(_PIECE, most_octets + 1 - len(octets))):
            octets += piece
            if len(octets) > most_octets:
                break
        else:
            if response.length:
                raise LogFault(f"{url}: expected {response.length} octets more, got the end")
            response.close()  # of this answer; the connection stays
        self._told = _validators(response)
        return _within(bytes(octets), most_octets, url)

    def _find_target(self, url: str, response: HTTPResponse) -> str:
        location = response.getheader("Location", "")
        try:
            target = urljoin(url, location)
            if location and _split(target, query=True) == (self._scheme, self._host, self._port):
                return target
        except (LogFault, ValueError):
            pass  # no URL, or not one of ours
        raise LogFault(f"{url}: expected the file, got a redirect to {location[:_MOST_PATH]!r}: not followed")


def _split(url: str, *, query: bool = False) -> tuple[str, str, int]:
    """Scheme, host and port of a URL. Raises LogFault."""
    expected = "expected a URL such as https://lists.example.org/log (http on this machine only)"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise LogFault(f"{expected}, got {url!r}") from None
    host = parts.hostname or ""
    plain = parts.scheme == "http" and is_loopback(host)
    extra = "@" in parts.netloc or parts.fragment or (parts.query and not query) or not url.isprintable() or " " in url
    if not host or extra or not (parts.scheme == "https" or plain):
        raise LogFault(f"{expected}, got {url!r}")
    return parts.scheme, host, port or (80 if plain else 443)


def _validators(response: HTTPResponse) -> Validators:
    """What tells this file from the next one; nothing for a file that was written in the very second.

    Servers make both from the time in seconds, so another file of that second would look the same (RFC 9110 section
    8.8.2.2).
    """
    told = {key: text for key in _CONDITIONS if 0 < len(text := response.getheader(key, "")) <= _MOST_PATH}
    dates = [response.getheader(key, "") for key in ("Date", "Last-Modified")]
    if not all(dates):
        return told
    try:
        now, written = map(parsedate_to_datetime, dates)
        return told if now - written >= _LEAST_AGE else {}
    except (ValueError, TypeError, OverflowError):
        return {}


def _within(octets: bytes, most_octets: int, where: str) -> bytes:
    if len(octets) > most_octets:
        raise LogFault(f"{where}: expected at most {most_octets} octets, got more")
    return octets
