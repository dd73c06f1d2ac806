"""The same reasons for programs: `/api/v1/why/NAME`, and `/why/NAME` for those who prefer JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from filterdns.errors import IndexFault
from filterdns.transparency.reasons.record import record_of
from filterdns.transparency.reasons.typed import TypedFault
from filterdns.transparency.web.find import Reasons


class Api:
    """Statements as JSON; faults as JSON with `error` and, where one may be meant, `proposal`."""

    def __init__(self, reasons: Reasons, is_filtering: Callable[[], bool]) -> None:
        self._reasons = reasons
        self._is_filtering = is_filtering

    async def why(self, request: web.Request) -> web.StreamResponse:
        """The statement of reasons of a name."""
        try:
            statement = self._reasons.get(request.match_info["typed"])
        except TypedFault as fault:
            return _json({"error": "not a name", "problem": fault.problem.value, "proposal": fault.proposal}, 400)
        except IndexFault:
            statement = None
        if statement is None:
            return _json({"error": "no release can be read at present"}, 503)
        return _json(record_of(statement, self._reasons.taxonomy, filtering=self._is_filtering()))


def prefers_json(accept: str) -> bool:
    """Whether an `Accept` header names JSON with a weight above that of HTML (RFC 9110 section 12.5.1)."""
    return _weight(accept, "application/json") > _weight(accept, "text/html")


def _weight(accept: str, media_type: str) -> float:
    """The weight that a header gives to exactly this type; 0 if it is not named."""
    for item in accept.lower().split(","):
        named, *parameters = (part.strip() for part in item.split(";"))
        if named == media_type:
            weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
            try:
                return float(weights[0]) if weights else 1.0
            except ValueError:
                return 0.0
    return 0.0


def _json(values: dict[str, Any], status: int = 200) -> web.Response:
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    headers = {"Cache-Control": "no-store"}
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
