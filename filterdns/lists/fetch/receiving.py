"""One answer: its status, whether it continues what we have, and its body against the limits of size, time and rate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from filterdns.clock import Clock
from filterdns.lists.fetch.decode import parse_coding, too_long
from filterdns.lists.fetch.faults import FetchFault, UnfitPart
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.partial import Mark, Partial
from filterdns.lists.fetch.sizes import octets_words
from filterdns.lists.fetch.words import status_words

OK, PARTIAL_CONTENT, NOT_MODIFIED, RANGE_NOT_SATISFIABLE = 200, 206, 304, 416
_GONE = (404, 410)

_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})\Z")

Tell = Callable[[int, int | None], None]  # octets so far, and of how many if that is known


@dataclass(frozen=True, slots=True)
class Received:
    """A whole body lies in the partial download's file, still packed as `coding` says. `octets`: received this time."""

    etag: str
    last_modified: str
    coding: str
    octets: int


async def receive(
    response: aiohttp.ClientResponse,
    url: str,
    rest: Mark | None,
    partial: Partial,
    limits: FetchLimits,
    clock: Clock,
    tell: Tell,
) -> Received | None:
    """The body of an answer, or None for "not modified". `rest`: what we asked to be continued.

    Raises FetchFault, UnfitPart (what is there must be thrown away), StateFault, and what aiohttp raises.
    """
    if response.status == NOT_MODIFIED:
        return None
    if rest and response.status == RANGE_NOT_SATISFIABLE:
        raise UnfitPart
    _check_status(response, rest)
    coding = parse_coding(response.headers.get("Content-Encoding", ""))
    etag = response.headers.get("ETag", "")
    total: int | None
    if rest and response.status == PARTIAL_CONTENT:
        begun, total = rest, _find_total(response, rest, coding, etag)
    else:
        total = response.content_length
        may_go_on = "bytes" in response.headers.get("Accept-Ranges", "").lower() and _is_strong(etag)
        begun = Mark(url, etag if may_go_on else "", coding)
    if total is not None and total > limits.most_octets:
        raise too_long(limits.most_octets)
    partial.begin(begun)
    tell(begun.octets, total)
    complete = False
    try:
        async with asyncio.timeout(limits.total_seconds):
            await _receive_body(response, total, partial, limits, clock, tell)
        if total is not None and partial.mark.octets != total:
            raise FetchFault("the connection was cut before the list was complete")
        partial.finish()
        complete = True
    except TimeoutError as error:
        if isinstance(error, aiohttp.ServerTimeoutError):
            raise
        got = octets_words(partial.mark.octets)
        raise FetchFault(f"not complete after {limits.total_seconds:g} seconds ({got} came)") from error
    finally:
        if not complete:
            partial.stop()
    return Received(
        etag=etag or begun.etag,
        last_modified=response.headers.get("Last-Modified", ""),
        coding=coding,
        octets=partial.mark.octets - begun.octets,
    )


async def _receive_body(
    response: aiohttp.ClientResponse,
    total: int | None,
    partial: Partial,
    limits: FetchLimits,
    clock: Clock,
    tell: Tell,
) -> None:
    since, octets_since = clock.now(), 0
    async for chunk in response.content.iter_any():
        if partial.mark.octets + len(chunk) > limits.most_octets:
            partial.discard()
            raise too_long(limits.most_octets)
        partial.append(chunk)
        tell(partial.mark.octets, total)
        octets_since += len(chunk)
        elapsed = clock.now() - since
        if elapsed >= limits.stall_seconds:
            if octets_since < limits.least_octets_a_second * elapsed:
                least = octets_words(limits.least_octets_a_second)
                raise FetchFault(f"too slow: under {least} a second for {limits.stall_seconds:g} seconds")
            since, octets_since = clock.now(), 0


def _check_status(response: aiohttp.ClientResponse, rest: Mark | None) -> None:
    status = response.status
    if status == OK or (rest and status == PARTIAL_CONTENT):
        return
    raise FetchFault(status_words(status), lasting=status in _GONE)


def _find_total(response: aiohttp.ClientResponse, rest: Mark, coding: str, etag: str) -> int:
    """The length of the whole. Raises UnfitPart if this part is not the rest of what we have."""
    found = _CONTENT_RANGE.match(response.headers.get("Content-Range", "").strip())
    if not found or coding != rest.coding or (etag and etag != rest.etag):
        raise UnfitPart
    first, last, total = map(int, found.groups())
    length = response.content_length
    if first != rest.octets or last != total - 1 or (length is not None and length != last - first + 1):
        raise UnfitPart
    return total


def _is_strong(etag: str) -> bool:
    return len(etag) > 2 and etag.startswith('"') and etag.endswith('"')
