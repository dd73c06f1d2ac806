"""The pages on names: the look-up of one or many, the reasons, and the page of a closed site."""

from __future__ import annotations

from typing import Any, Protocol

from aiohttp import web

from filterdns.config.settings import Settings
from filterdns.errors import IndexFault, LogFault
from filterdns.names import name_text
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.appeal_paths import appeal_path
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.hosts import address_for_others, bare_host
from filterdns.transparency.web.many import ManyNames
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.site_pages import site_of_log
from filterdns.transparency.web.why_path import why_path

MOST_SHOWN_CHARACTERS = 256  # of a text that is no name, shown again to be mended
SHOWN = "shown"  # the parameter that lifts the veil


class Challenges(Protocol):
    """What is needed of a publisher's casebook."""

    async def of(self, statement: Statement) -> Any: ...


class Pages:
    """One method a page."""

    def __init__(
        self,
        settings: Settings,
        reasons: Reasons,
        renderer: Renderer,
        many: ManyNames,
        challenges: Challenges | None = None,
    ) -> None:
        self._challenges = challenges
        self._for_others = address_for_others(settings)
        self._publisher = site_of_log(settings.publisher.url) if settings.publisher else ""
        self._reasons = reasons
        self._renderer = renderer
        self._many = many

    async def look_up(self, request: web.Request) -> web.StreamResponse:
        """From the form to the address of the name's page, which can be passed on; or a table of many names."""
        if "names" in request.query:
            return await self._many.page(request)
        typed = request.query.get("name", "")
        try:
            path = why_path(name_text(read_typed(typed)))
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        there = self._renderer.onward(request, path)
        return see_other(there)

    async def why(self, request: web.Request) -> web.StreamResponse:
        """The statement of reasons of a name."""
        typed = request.match_info["typed"]
        try:
            statement = self._reasons.get(typed)
            past = self._reasons.past(statement) if statement else ()
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        except (IndexFault, LogFault):  # all that is known is that we cannot say
            statement = None
        if statement is None:
            return self._renderer.page(request, "no_release.html", 503)
        is_veiled = statement.is_veiled and request.query.get(SHOWN) != "1"
        return self._renderer.page(
            request,
            "why.html",
            statement=statement,
            past=past,
            texts_of=self._reasons.texts_of,
            times=self._reasons.times_of(statement),
            is_veiled=is_veiled,
            name_shown=veiled if is_veiled else plain,
            cases=await self._challenges.of(statement) if self._challenges else None,
            appeals_at=self._appeals_at(statement),
            keepers_page=self._publisher and self._publisher + why_path(statement.name),
            has_log=self._reasons.current.log.exists,
            release_sha256=self._reasons.release_sha256,
        )

    def _appeals_at(self, statement: Statement) -> str:
        """Where somebody can disagree: here, or at the publisher; "" where nobody takes appeals."""
        is_ours = any(not (each.protection or each.of_household) for each in statement.listings)
        takes_appeals = self._challenges is not None or self._publisher
        return self._publisher + appeal_path(statement.name) if is_ours and takes_appeals else ""

    async def closed(self, request: web.Request) -> web.StreamResponse:
        """For a browser that wanted another site: kind words, and where to ask why.

        Not 200: what the other site would have been must not be kept or run as if it were this.
        """
        is_for_people = request.path == "/" or "text/html" in request.headers.get("Accept", "")
        if not is_for_people:
            return web.Response(status=403, text="closed here\n", headers={"Cache-Control": "no-store"})
        host = bare_host(request.headers.get("Host", ""))
        try:
            why = self._for_others + why_path(name_text(read_typed(host)))
        except TypedFault:
            why = self._for_others + "/"
        return self._renderer.page(request, "closed.html", 403, why=why, help=self._for_others + "/help")

    def _not_a_name(self, request: web.Request, typed: str, fault: TypedFault) -> web.Response:
        shown = typed[:MOST_SHOWN_CHARACTERS]
        return self._renderer.page(
            request, "not_a_name.html", 400, typed=shown, problem=fault.problem, meant=fault.proposal
        )
