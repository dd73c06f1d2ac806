"""What a server of lists may do: one function a behaviour, all of them in BEHAVIOURS. `list_server` has the sockets."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

FIVE_GB = 5 * 1000**3
HTML = b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><p>We are back soon.</p></body></html>\n"


class Record(Protocol):
    """What the server notes of a request."""

    name: str
    headers: dict[str, str]
    raw_path: str
    secure: bool
    status: int
    octets: int


@dataclass(frozen=True)
class Sound:
    """A file as it would be served."""

    octets: bytes
    etag: str
    last_modified: str


@dataclass
class Exchange:
    """One request and the way to answer it. `sound` is None where the folder has no such file."""

    writer: asyncio.StreamWriter
    asked: Record
    sound: Sound | None
    packs: bool
    options: dict[str, Any]

    @property
    def octets(self) -> bytes:
        return self.sound.octets if self.sound else b""

    async def head(self, status: int, **headers: str | int) -> None:
        """Status and headers; `Content_Length=5` is Content-Length: 5."""
        self.asked.status = status
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Connection: close", "Content-Type: text/plain"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self.writer.drain()

    async def body(self, octets: bytes) -> None:
        self.writer.write(octets)
        await self.writer.drain()
        await asyncio.sleep(0)  # drain alone may never let the loop see that the client went away
        if self.writer.is_closing():
            raise ConnectionResetError
        self.asked.octets += len(octets)

    async def whole(self, octets: bytes, status: int = 200, **headers: str | int) -> None:
        await self.head(status, Content_Length=len(octets), **headers)
        await self.body(octets)

    def cut(self) -> None:
        """End the connection without a word."""
        self.writer.transport.abort()


Behave = Callable[[Exchange], Awaitable[None]]
BEHAVIOURS: dict[str, Behave] = {}


def behaviour(function: Behave) -> Behave:
    BEHAVIOURS[function.__name__] = function
    return function


@behaviour
async def sound(exchange: Exchange) -> None:
    """As HTTP has it: 404, 304, 206 or 200."""
    file, headers = exchange.sound, exchange.asked.headers
    if file is None:
        return await exchange.whole(b"no such file\n", 404)
    octets, etag, packing = file.octets, file.etag, {}
    if exchange.packs and "gzip" in headers.get("accept-encoding", ""):
        octets, etag, packing = gzip.compress(octets, mtime=0), f"W/{file.etag}", {"Content_Encoding": "gzip"}
    told = {"ETag": etag, "Last_Modified": file.last_modified, "Accept_Ranges": "bytes", **packing}
    if "if-none-match" in headers:
        unchanged = headers["if-none-match"].removeprefix("W/") == file.etag
    else:
        unchanged = headers.get("if-modified-since") == file.last_modified
    if unchanged:
        return await exchange.head(304, ETag=etag)
    if "range" in headers and headers.get("if-range", etag) == etag:
        first = int(headers["range"].removeprefix("bytes=").rstrip("-"))
        if first >= len(octets):
            return await exchange.whole(b"", 416, Content_Range=f"bytes */{len(octets)}")
        told["Content_Range"] = f"bytes {first}-{len(octets) - 1}/{len(octets)}"
        return await exchange.whole(octets[first:], 206, **told)
    return await exchange.whole(octets, **told)


@behaviour
async def slow(exchange: Exchange) -> None:
    """Sound, but with a pause of `pause` seconds (0.02) after each `octets` (1,000); never unchanged, never a part."""
    size, pause = exchange.options.get("octets", 1000), exchange.options.get("pause", 0.02)
    etag = exchange.sound.etag if exchange.sound else '""'
    await exchange.head(200, Content_Length=len(exchange.octets), ETag=etag, Accept_Ranges="bytes")
    for start in range(0, len(exchange.octets), size):
        if start:
            await asyncio.sleep(pause)
        await exchange.body(exchange.octets[start : start + size])


@behaviour
async def without_validators(exchange: Exchange) -> None:
    """Sound, but nothing to ask conditions with."""
    await exchange.whole(exchange.octets)


@behaviour
async def without_length(exchange: Exchange) -> None:
    """Sound, but in chunks, as pages made on the way are."""
    await exchange.head(200, Transfer_Encoding="chunked")
    await _chunks(exchange, exchange.octets)
    await exchange.body(b"0\r\n\r\n")


@behaviour
async def deflated(exchange: Exchange) -> None:
    """Sound, packed as deflate; with `raw=True` without zlib's header, as some servers do."""
    packer = zlib.compressobj(wbits=-15 if exchange.options.get("raw") else 15)
    await exchange.whole(packer.compress(exchange.octets) + packer.flush(), Content_Encoding="deflate")


@behaviour
async def empty(exchange: Exchange) -> None:
    """200, and nothing."""
    await exchange.whole(b"")


@behaviour
async def html(exchange: Exchange) -> None:
    """200, and a page that says sorry."""
    await exchange.whole(HTML)


@behaviour
async def shrunk(exchange: Exchange) -> None:
    """The first 18 % of the lines."""
    lines = exchange.octets.splitlines(keepends=True)
    await exchange.whole(b"".join(lines[: max(1, len(lines) * 18 // 100)]))


@behaviour
async def doubled(exchange: Exchange) -> None:
    """Every line twice."""
    await exchange.whole(b"".join(line + line for line in exchange.octets.splitlines(keepends=True)))


@behaviour
async def silent(exchange: Exchange) -> None:
    """The request is read, and no answer comes."""
    await asyncio.sleep(60)


@behaviour
async def stalled(exchange: Exchange) -> None:
    """Half of the list, then nothing more."""
    await exchange.head(200, Content_Length=len(exchange.octets))
    await exchange.body(exchange.octets[: len(exchange.octets) // 2])
    await asyncio.sleep(60)


@behaviour
async def slow_loris(exchange: Exchange) -> None:
    """An octet now and then (`pause`, 0.05 s): never silent, never done."""
    await exchange.head(200, Content_Length=len(exchange.octets))
    for octet in exchange.octets:
        await exchange.body(bytes([octet]))
        await asyncio.sleep(exchange.options.get("pause", 0.05))


@behaviour
async def slow_headers(exchange: Exchange) -> None:
    """The same before the list begins."""
    exchange.writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.body(b"X-Wait: a little\r\n")
        await asyncio.sleep(exchange.options.get("pause", 0.05))


@behaviour
async def endless(exchange: Exchange) -> None:
    """Says 5 GB, and sends them."""
    await exchange.head(200, Content_Length=FIVE_GB)
    await _forever(exchange, b"%s")


@behaviour
async def endless_chunks(exchange: Exchange) -> None:
    """Does not say how much, and never ends."""
    await exchange.head(200, Transfer_Encoding="chunked")
    await _forever(exchange, b"10000\r\n%s\r\n")


@behaviour
async def redirect(exchange: Exchange) -> None:
    """Elsewhere: `to`, with `status` (302)."""
    await exchange.whole(b"", exchange.options.get("status", 302), Location=exchange.options["to"])


@behaviour
async def redirect_loop(exchange: Exchange) -> None:
    """To itself."""
    await exchange.whole(b"", 302, Location=f"/{exchange.asked.name}")


@behaviour
async def redirect_on_and_on(exchange: Exchange) -> None:
    """To another address each time."""
    await exchange.whole(
        b"", 302, Location=f"{exchange.asked.raw_path}{'x' if '?' in exchange.asked.raw_path else '?x'}"
    )


@behaviour
async def wrong_gzip(exchange: Exchange) -> None:
    """Says that it is packed, and is not."""
    await exchange.whole(exchange.octets, Content_Encoding="gzip")


@behaviour
async def cut_gzip(exchange: Exchange) -> None:
    """A packed list whose end was lost before it was served: the length is that of what there is."""
    packed = gzip.compress(exchange.octets)
    await exchange.whole(packed[: len(packed) // 2], Content_Encoding="gzip")


@behaviour
async def gzip_bomb(exchange: Exchange) -> None:
    """A little that unpacks to `octets` (1 GB) of line feeds."""
    member = 10_000_000
    packed = gzip.compress(b"\n" * member) * (exchange.options.get("octets", 1_000_000_000) // member)
    await exchange.whole(packed, Content_Encoding="gzip")


@behaviour
async def unknown_coding(exchange: Exchange) -> None:
    """Packed in a way that nobody asked for."""
    await exchange.whole(exchange.octets, Content_Encoding="br")


@behaviour
async def cut(exchange: Exchange) -> None:
    """Cut in the middle, after `octets` (half), with an ETag and ranges to go on with (unless `validators=False`)."""
    size = exchange.options.get("octets", len(exchange.octets) // 2)
    told = {"ETag": exchange.sound.etag if exchange.sound else '""', "Accept_Ranges": "bytes"}
    told = told if exchange.options.get("validators", True) else {}
    await exchange.head(200, Content_Length=len(exchange.octets), **told)
    await exchange.body(exchange.octets[:size])
    await asyncio.sleep(0.05)
    exchange.cut()


@behaviour
async def cut_chunks(exchange: Exchange) -> None:
    """Cut in the middle where no length was said."""
    await exchange.head(200, Transfer_Encoding="chunked")
    await _chunks(exchange, exchange.octets[: len(exchange.octets) // 2])
    await asyncio.sleep(0.05)
    exchange.cut()


@behaviour
async def wrong_part(exchange: Exchange) -> None:
    """For a part: one that begins elsewhere (`range`, or from 0). Whole otherwise."""
    if "range" not in exchange.asked.headers:
        return await sound(exchange)
    size = len(exchange.octets)
    told = {"Content_Range": exchange.options.get("range", f"bytes 0-{size - 1}/{size}"), "Accept_Ranges": "bytes"}
    return await exchange.whole(exchange.octets, 206, **told)


@behaviour
async def answer(exchange: Exchange) -> None:
    """`status`, perhaps with `retry_after`: 404, 410, 429, 503 and their like."""
    after = {"Retry_After": exchange.options["retry_after"]} if "retry_after" in exchange.options else {}
    if exchange.options["status"] == 204:  # has no body
        return await exchange.head(204)
    return await exchange.whole(b"no\n", exchange.options["status"], **after)


@behaviour
async def cookies(exchange: Exchange) -> None:
    """Sound, with a cookie that ought not to come back."""
    await exchange.whole(exchange.octets, Set_Cookie="house=17; Path=/; Max-Age=9999999")


@behaviour
async def not_http(exchange: Exchange) -> None:
    """Octets that are no answer."""
    await exchange.body(b"220 mail.example ESMTP\r\n")


async def _chunks(exchange: Exchange, octets: bytes) -> None:
    for start in range(0, len(octets), 1000):
        piece = octets[start : start + 1000]
        await exchange.body(b"%x\r\n%s\r\n" % (len(piece), piece))


async def _forever(exchange: Exchange, framing: bytes) -> None:
    block = framing % (b"endless.example\n" * 4096)
    while True:
        await exchange.body(block)
