"""Help: one small page for everybody, and one for each country."""

from __future__ import annotations

from aiohttp import web

from filterdns.clock import Clock
from filterdns.transparency.public.countries import ASIA_PACIFIC, COUNTRIES, ELSEWHERE
from filterdns.transparency.public.helplines import INTERNATIONAL, HelpByCountry
from filterdns.transparency.public.words import HELP_KINDS
from filterdns.transparency.web.render import Renderer


class HelpPages:
    """Nothing is asked on these pages, and nothing is kept of a visit."""

    def __init__(self, help_by_country: HelpByCountry, clock: Clock, renderer: Renderer) -> None:
        self._help, self._clock, self._renderer = help_by_country, clock, renderer

    async def help(self, request: web.Request) -> web.StreamResponse:
        """What helps anywhere, and the way to each country."""
        return self._general(request, 200)

    async def country(self, request: web.Request) -> web.StreamResponse:
        """What is known for a country, and what is missing; for a code that we do not know, what helps anywhere."""
        code = request.match_info["country"].upper()
        if code not in COUNTRIES:
            return self._general(request, 404)
        today = self._clock.when().date()
        return self._renderer.page(
            request,
            "help_country.html",
            title=COUNTRIES[code],
            here=self._help.of(code, today),
            anywhere=self._help.of(INTERNATIONAL, today),
            kinds=HELP_KINDS,
        )

    def _general(self, request: web.Request, status: int) -> web.Response:
        regions = (ASIA_PACIFIC, ELSEWHERE)
        return self._renderer.page(request, "help.html", status, regions=regions)
