"""One address: what we say when we ask, where it may lead, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.lists.copies import Copy
from filterdns.lists.fetch.addresses import Gate
from filterdns.lists.fetch.faults import FetchFault, UnfitPart
from filterdns.lists.fetch.house import get_literal, is_house_name
from filterdns.lists.fetch.lanes import Lanes
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network
from filterdns.lists.fetch.partial import Mark, Partial
from filterdns.lists.fetch.receiving import NOT_MODIFIED, Received, Tell, receive
from filterdns.lists.fetch.waits import Waits, parse_retry_after
from filterdns.lists.fetch.words import status_words, transport_words
from filterdns.lists.recipe import Recipe

_REDIRECTS = (301, 302, 303, 307, 308)
_TOO_OFTEN = 429
_BUSY = (_TOO_OFTEN, 503)


@dataclass(frozen=True, slots=True)
class Way:
    """What all requests of one run share."""

    network: Network
    lanes: Lanes
    waits: Waits
    limits: FetchLimits
    clock: Clock


@dataclass(frozen=True, slots=True)
class Question:
    """One address of one source. `known`: the newest copy that this very address served, if its octets are there."""

    recipe: Recipe
    url: str
    known: Copy | None
    partial: Partial
    asking: Callable[[str], None]  # told each host that is asked
    tell: Tell


async def ask(question: Question, way: Way) -> Received | None:
    """Fetch one address; None if it serves what we have. Raises FetchFault or StateFault."""
    try:
        for _ in range(2):
            try:
                return await _ask_hops(question, way)
            except UnfitPart:
                question.partial.discard()
    except FilterdnsError:
        raise
    except Exception as error:  # also what aiohttp did not foresee: no server may stop the other sources of a run
        raise FetchFault(transport_words(error, way.limits)) from error
    raise FetchFault("the server sends a part of the list that we did not ask for")


async def _ask_hops(question: Question, way: Way) -> Received | None:
    url = _parse_url(question.url)
    gate = Gate(_may_be_house(question.recipe, url, way.network), way.network.is_house)
    seen = {url}
    for _ in range(way.limits.redirects + 1):
        _check_scheme(url, question.recipe)
        answer = await _ask_hop(url, gate, question, way)
        if not isinstance(answer, URL):
            return answer
        if url.scheme == "https" and answer.scheme == "http":
            raise FetchFault(f"a redirect leads to {answer.host} without TLS: not followed")
        if answer in seen:
            raise FetchFault("its redirects turn in a circle")
        gate.leave_first_hop()
        url = answer
        seen.add(url)
    raise FetchFault(f"more than {way.limits.redirects} redirects")


async def _ask_hop(url: URL, gate: Gate, question: Question, way: Way) -> Received | URL | None:
    """One request; the address of the next one if it is a redirect."""
    host = url.host or ""
    gate.check_text(host)
    rest = question.partial.find_rest(question.url)
    proxy = way.network.get_proxy(url)
    async with way.lanes.lane(host):
        seconds = way.waits.get_seconds(host, way.clock.when())
        if seconds:
            raise FetchFault("the server asked us to wait", wait_seconds=seconds)
        question.asking(host)
        async with way.network.open_session(gate, proxy is not None, way.limits) as session:
            async with asyncio.timeout(way.limits.connect_seconds + way.limits.stall_seconds):
                response = await session.get(
                    url, headers=_conditions(question.known, rest), allow_redirects=False, proxy=proxy
                )
            async with response:
                if response.status in _REDIRECTS:
                    return _find_target(url, response)
                if response.status in _BUSY:
                    _note_wait(host, response, way)
                if response.status == NOT_MODIFIED and question.known is None:
                    raise FetchFault(status_words(NOT_MODIFIED))
                return await receive(
                    response, question.url, rest, question.partial, way.limits, way.clock, question.tell
                )


def _conditions(known: Copy | None, rest: Mark | None) -> dict[str, str]:
    """Nothing if nothing changed, else only the rest of what we have a beginning of (RFC 9110 section 13.2.2)."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    if rest:
        headers |= {"Range": f"bytes={rest.octets}-", "If-Range": rest.etag}
    return headers


def _note_wait(host: str, response: aiohttp.ClientResponse, way: Way) -> None:
    """Raises FetchFault if the server wants to be left alone, for as long as it says or "too often" lets us guess."""
    when = way.clock.when()
    seconds = parse_retry_after(response.headers.get("Retry-After", ""), when, way.limits.most_pause_seconds)
    if not seconds and response.status == _TOO_OFTEN:
        seconds = way.limits.first_pause_seconds
    if seconds:
        way.waits.store(host, seconds, when)
        raise FetchFault(status_words(response.status), wait_seconds=seconds)


def _parse_url(text: str) -> URL:
    url = URL(text)
    if not url.host:
        raise FetchFault("its address names no host", lasting=True)
    return url.with_fragment(None)


def _check_scheme(url: URL, recipe: Recipe) -> None:
    if url.scheme == "https" or (url.scheme == "http" and recipe.plain_http):
        return
    if url.scheme == "http":
        raise FetchFault(
            f"{url.host} is asked without TLS, and its recipe has no plain_http that says why", lasting=True
        )
    raise FetchFault(f'expected an https address, got "{url.scheme[:20]}"', lasting=True)


def _find_target(url: URL, response: aiohttp.ClientResponse) -> URL:
    location = response.headers.get("Location", "")
    if not location:
        raise FetchFault("a redirect leads nowhere")
    return _parse_url(str(url.join(URL(location))))


def _may_be_house(recipe: Recipe, url: URL, network: Network) -> bool:
    """Whether the recipe itself names a host of the house, or is the household's own."""
    host = url.host or ""
    literal = get_literal(host)
    return recipe.household or (network.is_house(str(literal)) if literal else is_house_name(host))
