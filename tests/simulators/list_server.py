"""A server of lists as they are in public, well behaved or not: a folder over HTTP, with TLS and without.

    with ListServer(folder, Authority(tmp_path)) as server:        # a thread of its own, on free ports of loopback
        server.url("gambling.txt")            # https://127.0.0.1:PORT/gambling.txt; http://... without an authority
        server.plain_url("gambling.txt")      # http://127.0.0.1:PORT/gambling.txt, always there
        server.misbehave("gambling.txt", "empty")         # one file, from the next request on
        server.misbehave("gambling.txt", "empty", times=1)     # only for the next request
        server.behave("gambling.txt")         # sound again
        server.asked                          # every request so far: name, headers (lower case), status, octets sent
        server.asked_for("gambling.txt")      # those of one file

Files are read for each request: write a new one to publish it. Sound answers have a strong ETag, Last-Modified,
Accept-Ranges and Content-Length, and honour If-None-Match, If-Modified-Since, Range with If-Range, and, with
`server.packs = True`, Accept-Encoding: gzip (then with a weak ETag, as servers do that pack on the way).

What a file can be told to do is in `list_behaviours.BEHAVIOURS`, each with a line on what it does and its options:
`misbehave("a.txt", "redirect", to="http://192.168.1.1/")`. One more, "other_certificate", is of the whole server while
any file has it, since a certificate is shown before anything is asked for.

A client in another process trusts the server with `SSL_CERT_FILE=authority.trust_file` in its environment. Addresses
of loopback differ as hosts do: `ListServer(folder, authority, host="127.0.0.2")` is another host (of Linux).
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

from tests.simulators.certificates import Authority
from tests.simulators.list_behaviours import BEHAVIOURS, Exchange, Sound

OTHER_CERTIFICATE = "other_certificate"


@dataclass
class Asked:
    """One request as it came in, and what was answered so far."""

    name: str
    headers: dict[str, str]  # names in lower case
    raw_path: str
    secure: bool
    status: int = 0
    octets: int = 0  # of the body, sent
    others_open: int = 0  # other requests that were being answered when this one came


@dataclass
class _Told:
    behaviour: str
    options: dict[str, Any]
    times: int | None
    rest: int = field(default=0)


class ListServer:
    """Serves a folder while its `with` block lasts."""

    def __init__(self, folder: Path, authority: Authority | None = None, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.host = host
        self.packs = False
        self.asked: list[Asked] = []
        self.most_open = 0  # requests that were ever being answered at once
        self._told: dict[str, _Told] = {}
        self._context: ssl.SSLContext | None = None
        if authority:
            self._context = authority.server_context(f"IP:{host}", "DNS:lists.example", "DNS:mirror.example")
            self._other_context = authority.server_context("DNS:other.example")
            self._context.sni_callback = self._choose_certificate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="list server", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = 0
        self.port = self.plain_port = 0

    def url(self, name: str) -> str:
        if self._context is None:
            return self.plain_url(name)
        return f"https://{self.host}:{self.port}/{name}"

    def plain_url(self, name: str) -> str:
        return f"http://{self.host}:{self.plain_port}/{name}"

    def misbehave(self, name: str, behaviour: str, times: int | None = None, **options: Any) -> None:
        """What a file does from now on, or for so many requests. Names and options: `list_behaviours`."""
        if behaviour != OTHER_CERTIFICATE and behaviour not in BEHAVIOURS:
            raise KeyError(f"{behaviour}: not one of {', '.join([*BEHAVIOURS, OTHER_CERTIFICATE])}")
        self._told[name] = _Told(behaviour, options, times)

    def behave(self, name: str) -> None:
        self._told.pop(name, None)

    def asked_for(self, name: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.name == name]

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(self, *exception: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _call(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _start(self) -> None:
        async def serve_plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(reader, writer, False)

        async def serve_secure(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(reader, writer, True)

        self._servers = [await asyncio.start_server(serve_plain, self.host, 0)]
        self.plain_port = self._servers[0].sockets[0].getsockname()[1]
        if self._context:
            self._servers.append(await asyncio.start_server(serve_secure, self.host, 0, ssl=self._context))
            self.port = self._servers[1].sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # connections that were aborted end in the next turn

    def _choose_certificate(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        if any(told.behaviour == OTHER_CERTIFICATE for told in self._told.values()):
            connection.context = self._other_context

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secure: bool) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        try:
            await self._answer(reader, writer, secure)
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass  # the client went away, which is what many tests are about
        finally:
            self._open -= 1
            self._tasks.discard(task)
            writer.transport.abort() if writer.is_closing() else writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secure: bool) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        _, raw_path, _ = head[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])
        }
        name = unquote(raw_path.partition("?")[0]).lstrip("/")
        asked = Asked(name, headers, raw_path, secure, others_open=self._open - 1)
        self.asked.append(asked)
        behaviour, options = self._next_behaviour(name)
        exchange = Exchange(writer, asked, self._load(name), self.packs, options)
        await behaviour(exchange)
        await writer.drain()

    def _next_behaviour(self, name: str) -> tuple[Any, dict[str, Any]]:
        told = self._told.get(name)
        if told is None or told.behaviour == OTHER_CERTIFICATE:
            return BEHAVIOURS["sound"], {}
        if told.times is not None:
            told.times -= 1
            if told.times <= 0:
                del self._told[name]
        return BEHAVIOURS[told.behaviour], told.options

    def _load(self, name: str) -> Sound | None:
        path = self.folder / name
        if ".." in name.split("/") or not path.is_file():
            return None
        octets = path.read_bytes()
        etag = f'"{hashlib.sha256(octets).hexdigest()[:20]}"'
        return Sound(octets, etag, formatdate(int(path.stat().st_mtime), usegmt=True))
