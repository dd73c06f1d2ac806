"""Forms that change something: taken from our own page alone, and never beyond a bound.

A browser says where a form comes from (Fetch Metadata, Origin), and the form carries a token that only somebody who
could read the page has: it is made of a secret of this process, the page's host and the form's address. No cookie.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from urllib.parse import parse_qs

from aiohttp import web

FORM_OCTETS = 16_384  # the longest address and title that may be typed, with escapes
FORM_FIELDS = 64
FORM_SECONDS = 10.0  # for a form to arrive whole
FORM_TYPE = "application/x-www-form-urlencoded"
TOKEN = "token"

_TOKEN_OCTETS = 18

Fields = Mapping[str, Sequence[str]]


class ForgedForm(Exception):
    """A form that does not come from the page that we gave out; nothing of it was read or done."""


class Forms:
    """Gives tokens out and takes forms back. `secret`: of this process, so a form from before a restart is refused."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def token(self, request: web.Request, path: str) -> str:
        """The token of the form that is sent to this path, on the page that was asked for."""
        host = request.headers.get("Host", "").lower()
        seal = blake2b(f"{path}\0{host}".encode(), key=self._secret, digest_size=_TOKEN_OCTETS)
        return seal.hexdigest()

    async def read(self, request: web.Request) -> Fields:
        """The fields of a form that our own page sent. Raises ForgedForm, or HTTPException for what is no form."""
        if not _is_same_site(request):
            raise ForgedForm
        fields = await read_fields(request)
        given = first(fields, TOKEN).encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.token(request, request.path).encode()):
            raise ForgedForm
        return fields


async def read_fields(request: web.Request) -> Fields:
    """The fields that were sent, within the bounds, whoever sent them. Raises HTTPException for what is no form."""
    if request.content_type != FORM_TYPE:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > FORM_OCTETS:
        raise web.HTTPRequestEntityTooLarge(FORM_OCTETS, request.content_length or 0)
    try:
        async with asyncio.timeout(FORM_SECONDS):
            octets = await request.clone(client_max_size=FORM_OCTETS).read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        return parse_qs(octets.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest from None


def first(fields: Fields, name: str) -> str:
    """The first value of a field, "" if there is none."""
    values = fields.get(name) or ("",)
    return values[0]


def _is_same_site(request: web.Request) -> bool:
    """Whether the browser says that our own page sent this, as far as it says anything."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = f"http://{request.headers.get('Host', '')}".lower()
    return site in (None, "same-origin") and (origin is None or origin.lower() == ours)
