"""The API as OpenAPI 3.1, written from one table: what each path takes, and of which shape each answer is.

The tests send what the document allows and what it does not, and hold every answer against it, so that neither the
document nor the server can drift.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

import filterdns
from filterdns.transparency.reasons.many import MOST_NAMES
from filterdns.transparency.reasons.typed import MOST_CHARACTERS
from filterdns.transparency.web.openapi_shapes import SCHEMAS, ref

PREFIX = "/api/v1"
MOST_NAME_CHARACTERS = 253  # RFC 1035 section 2.3.4, as text
MOST_NAMES_CHARACTERS = 4_000  # an address of a page may have twice as many octets
JSON = "application/json"

A_NAME = r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z_][A-Za-z0-9_-]{0,62}"

NAME = {
    "name": "name",
    "in": "path",
    "required": True,
    "description": "The name of a site in A-labels. More is understood than this pattern says, as far as it holds a "
    f"name: letters of any script, a mail address, the address of a page, up to {MOST_CHARACTERS} characters.",
    "schema": {"type": "string", "pattern": f"^{A_NAME}$", "maxLength": MOST_NAME_CHARACTERS},
    "example": "example.org",
}
NAMES = {
    "name": "names",
    "in": "query",
    "required": True,
    "description": f"Up to {MOST_NAMES} names with commas, semicolons, spaces or line ends between them.",
    "schema": {"type": "string", "pattern": f"^{A_NAME}([ ,;\\n]+{A_NAME})*$", "maxLength": MOST_NAMES_CHARACTERS},
    "example": "example.org,example.net",
}

FAULTS = {
    400: ("What was given is not the name of a site.", "NotAName"),
    404: ("This installation has nothing of the kind.", "Fault"),
    429: ("Too many requests from this network; try again after `Retry-After` seconds.", "Fault"),
    503: ("No release can be read at present.", "Fault"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One path. `answer`: a schema of `openapi_shapes`."""

    path: str
    id: str
    summary: str
    answer: str
    parameter: dict[str, Any] | None
    faults: tuple[int, ...]


OPERATIONS = (
    Operation("/why", "whyMany", "The reasons of many names at once", "Many", NAMES, (400, 503)),
    Operation("/why/{name}", "why", "The statement of reasons of a name", "Statement", NAME, (400, 503)),
    Operation(
        "/why/{name}/decisions",
        "decisions",
        "What the log says was decided about a name",
        "Decisions",
        NAME,
        (400, 503),
    ),
    Operation("/why/{name}/dsa", "dsa", "The statement in the fields of the DSA's database", "Dsa", NAME, (400, 503)),
    Operation(
        "/why/{name}/proof",
        "proof",
        "The proof that a name is listed in the release, or is not, to be checked offline",
        "Proof",
        NAME,
        (400, 404, 503),
    ),
    Operation("/openapi.json", "openapi", "This document", "Document", None, ()),
)


class OpenApi:
    """The document, made once."""

    def __init__(self, site: str) -> None:
        octets = (json.dumps(openapi_document(site), indent=1) + "\n").encode()
        self._octets = octets
        self._tag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'

    async def document(self, request: web.Request) -> web.StreamResponse:
        """The document; 304 for who has it."""
        headers = {"ETag": self._tag, "Cache-Control": "no-cache"}
        if self._tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._octets, content_type=JSON, charset="utf-8", headers=headers)


def openapi_document(site: str) -> dict[str, Any]:
    """The document for a server at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "filterdns: why a name is listed",
            "version": filterdns.__version__,
            "description": "Reading only, without key or account. Nothing that is asked for is kept.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{site}{PREFIX}"}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": SCHEMAS},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    answers = {"200": _answer("The answer.", operation.answer)}
    answers |= {str(status): _answer(*FAULTS[status]) for status in sorted({*operation.faults, 429})}  # any may be
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [operation.parameter] if operation.parameter else [],
        "responses": answers,
    }


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": ref(schema)}}}
