"""The same reasons for programs, at `/api/v1/`, and at `/why/NAME` for those who prefer JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from filterdns.errors import IndexFault, LogFault
from filterdns.transparency.reasons.dsa import dsa_records
from filterdns.transparency.reasons.many import read_many
from filterdns.transparency.reasons.record import past_record, record_of
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.typed import Problem, TypedFault
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.many import Line, ManyNames
from filterdns.transparency.web.proofs import NoProof, Proofs

CasesOf = Callable[[Statement], Awaitable[list[dict[str, Any]]]]
"""What was said against the listings of a statement, and what came of it."""


async def no_cases(statement: Statement) -> list[dict[str, Any]]:
    """Nobody takes appeals here."""
    return []


class Api:
    """Statements as JSON; faults as JSON with `error` and, where one may be meant, `proposal`. `site`: our address."""

    def __init__(
        self,
        reasons: Reasons,
        is_filtering: Callable[[], bool],
        many: ManyNames,
        proofs: Proofs,
        site: str,
        cases_of: CasesOf,
    ) -> None:
        self._reasons = reasons
        self._is_filtering = is_filtering
        self._many = many
        self._proofs = proofs
        self._site = site
        self._cases_of = cases_of

    async def why(self, request: web.Request) -> web.StreamResponse:
        """The statement of reasons of a name."""
        return await self._about(request, self._record)

    async def decisions(self, request: web.Request) -> web.StreamResponse:
        """What the log says of a name."""
        return await self._about(request, self._decisions)

    async def dsa(self, request: web.Request) -> web.StreamResponse:
        """The statements in the fields of the transparency database."""
        return await self._about(request, self._dsa)

    async def proof(self, request: web.Request) -> web.StreamResponse:
        """The proof that a name is listed, or is not, for whoever checks it offline."""
        try:
            statement = self._reasons.get(request.match_info["typed"])
            document = await self._proofs.document(statement.name) if statement else None
        except TypedFault as fault:
            return _not_a_name(fault)
        except NoProof:
            return _json({"error": "this installation keeps no log with proofs of this release"}, 404)
        except (IndexFault, LogFault):
            document = None
        return _json(document) if document else _unreadable()

    async def many(self, request: web.Request) -> web.StreamResponse:
        """A line for each of up to fifty names."""
        pasted = read_many(request.query.get("names", ""))
        if not pasted.items:
            return _not_a_name(TypedFault(Problem.EMPTY))
        if not self._many.admits(request, pasted):
            return _json({"error": "too many requests"}, 429, {"Retry-After": "1"})
        try:
            lines = [await self._line(line) async for line in self._many.lines(pasted)]
        except (IndexFault, LogFault):
            return _unreadable()
        return _json({"names": lines, "left_out": pasted.left_out})

    async def _about(
        self, request: web.Request, tell: Callable[[Statement], Awaitable[dict[str, Any]]]
    ) -> web.Response:
        try:
            statement = self._reasons.get(request.match_info["typed"])
            values = await tell(statement) if statement else None
        except TypedFault as fault:
            return _not_a_name(fault)
        except (IndexFault, LogFault):
            values = None
        return _json(values) if values else _unreadable()

    async def _record(self, statement: Statement) -> dict[str, Any]:
        record = record_of(
            statement,
            self._reasons.taxonomy,
            filtering=self._is_filtering(),
            past=self._reasons.past(statement),
            release_sha256=self._reasons.release_sha256,
        )
        return record | {"cases": await self._cases_of(statement)}

    async def _decisions(self, statement: Statement) -> dict[str, Any]:
        past = [past_record(event) for event in self._reasons.past(statement)]
        return {"name": statement.name, "log": self._reasons.current.log.origin, "decisions": past}

    async def _dsa(self, statement: Statement) -> dict[str, Any]:
        statements = dsa_records(statement, self._reasons.taxonomy, self._site)
        return {"name": statement.name, "release": statement.release, "statements": statements}

    async def _line(self, line: Line) -> dict[str, Any]:
        item = line.item
        return {
            "typed": item.typed,
            "problem": item.problem.value if item.problem else None,
            "proposal": item.proposal,
            "statement": await self._record(line.statement) if line.statement else None,
        }


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


def _not_a_name(fault: TypedFault) -> web.Response:
    return _json({"error": "not a name", "problem": fault.problem.value, "proposal": fault.proposal}, 400)


def _unreadable() -> web.Response:
    return _json({"error": "no release can be read at present"}, 503)


def _json(values: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(values, ensure_ascii=False) + "\n"  # indented, it takes five times as long
    headers = {"Cache-Control": "no-store"} | (headers or {})
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
