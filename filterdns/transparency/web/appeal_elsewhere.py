"""Disagreeing where no case is kept: a home leads to its publisher's form, and to the people at home for its own lists.

Nothing is sent from here: the publisher learns of a name when somebody follows the link, and of an appeal when that
person presses the button there.
"""

from __future__ import annotations

from aiohttp import web

from filterdns.config.settings import Settings
from filterdns.errors import IndexFault
from filterdns.names import name_text
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.appeal_paths import APPEAL, SUGGEST, appeal_path
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import Route
from filterdns.transparency.web.site_pages import site_of_log

MOST_SHOWN_CHARACTERS = 256


class AppealElsewhere:
    """What a home shows under the addresses at which a publisher takes appeals."""

    def __init__(self, settings: Settings, reasons: Reasons, renderer: Renderer) -> None:
        self._publisher = site_of_log(settings.publisher.url) if settings.publisher else ""
        self._reasons, self._renderer = reasons, renderer

    @property
    def routes(self) -> dict[str, Route]:
        """Path -> route, in the order in which they are tried."""
        return {APPEAL: self.begin, APPEAL + "/{typed:.+}": self.appeal, SUGGEST: self.suggest}

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Asks for the name if none is in the address."""
        typed = request.query.get("name", "")
        if not typed.strip():
            return self._renderer.page(
                request, "appeal_name.html", typed="", problem=None, meant="", takes_appeals=False
            )
        try:
            path = appeal_path(name_text(read_typed(typed)))
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        there = self._renderer.onward(request, path)
        return see_other(there)

    async def appeal(self, request: web.Request) -> web.StreamResponse:
        """Who decides about this name, and the way to them."""
        typed = request.match_info["typed"]
        try:
            statement = self._reasons.get(typed)
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        except IndexFault:
            statement = None
        if statement is None:
            return self._renderer.page(request, "no_release.html", 503)
        against = [listing for listing in statement.listings if not listing.protection]
        return self._renderer.page(
            request,
            "appeal_elsewhere.html",
            statement=statement,
            name_shown=veiled if statement.is_veiled else plain,
            at_home=any(listing.of_household for listing in against) or "household" in statement.filtering_steps,
            elsewhere=any(not listing.of_household for listing in against),
            there=self._publisher and self._publisher + appeal_path(statement.name),
        )

    async def suggest(self, request: web.Request) -> web.StreamResponse:
        """Where a site can be suggested."""
        there = self._publisher and self._publisher + SUGGEST
        return self._renderer.page(request, "suggest_elsewhere.html", there=there)

    def _not_a_name(self, request: web.Request, typed: str, fault: TypedFault) -> web.Response:
        shown = typed[:MOST_SHOWN_CHARACTERS]
        return self._renderer.page(
            request,
            "appeal_name.html",
            400,
            typed=shown,
            problem=fault.problem,
            meant=fault.proposal,
            takes_appeals=False,
        )
