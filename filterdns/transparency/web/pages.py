"""The pages for people: the front, the reasons of a name, the page of a closed site, help."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from filterdns.config.settings import Settings
from filterdns.errors import IndexFault
from filterdns.names import name_text
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.hosts import address_for_others, bare_host
from filterdns.transparency.web.render import Renderer

MOST_SHOWN_CHARACTERS = 256  # of a text that is no name, shown again to be mended


class Pages:
    """One method a page."""

    def __init__(self, settings: Settings, reasons: Reasons, renderer: Renderer) -> None:
        self._for_others = address_for_others(settings)
        self._reasons = reasons
        self._renderer = renderer

    async def front(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.page(request, "front.html", release=self._reasons.current.shown)

    async def help(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.page(request, "help.html")

    async def look_up(self, request: web.Request) -> web.StreamResponse:
        """From the form to the address of the name's page, which can be passed on."""
        typed = request.query.get("name", "")
        try:
            path = why_path(name_text(read_typed(typed)))
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})

    async def why(self, request: web.Request) -> web.StreamResponse:
        """The statement of reasons of a name."""
        typed = request.match_info["typed"]
        try:
            statement = self._reasons.get(typed)
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        except IndexFault:  # all that is known is that we cannot say
            statement = None
        if statement is None:
            return self._renderer.page(request, "no_release.html", 503)
        return self._renderer.page(request, "why.html", statement=statement, texts_of=self._reasons.texts_of)

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


def why_path(name: str) -> str:
    """The address of a name's page on this site."""
    return f"/why/{quote(name, safe='.-_')}"
