"""The routes about names, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from filterdns.config.settings import Settings
from filterdns.transparency.web.api import Api, CasesOf, prefers_json
from filterdns.transparency.web.feeds import Feeds
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.many import ManyNames
from filterdns.transparency.web.openapi import OpenApi
from filterdns.transparency.web.pages import Pages
from filterdns.transparency.web.proof_pages import ProofPages
from filterdns.transparency.web.proofs import Proofs
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import Route

NAME = "{typed:[^/]+}"  # what stands before another part of a path: an address pasted whole has none


def why_routes(
    settings: Settings,
    reasons: Reasons,
    renderer: Renderer,
    pages: Pages,
    many: ManyNames,
    is_filtering: Callable[[], bool],
    cases_of: CasesOf,
) -> dict[str, Route]:
    """Routes by path, in the order in which they are tried."""
    site = settings.public_url.rstrip("/")
    proofs = Proofs(reasons.current)
    api = Api(reasons, is_filtering, many, proofs, site, cases_of)

    async def why(request: web.Request) -> web.StreamResponse:
        wants_json = prefers_json(request.headers.get("Accept", ""))
        response = await (api if wants_json else pages).why(request)
        response.headers["Vary"] = "Accept, Accept-Language"
        return response

    return {
        "/why": pages.look_up,
        f"/why/{NAME}/feed": Feeds(settings, reasons).feed,
        f"/why/{NAME}/proof": ProofPages(reasons, renderer, proofs, site).proof,
        "/why/{typed:.+}": why,
        "/api/v1/openapi.json": OpenApi(site).document,
        "/api/v1/why": api.many,
        f"/api/v1/why/{NAME}/proof": api.proof,
        f"/api/v1/why/{NAME}/decisions": api.decisions,
        f"/api/v1/why/{NAME}/dsa": api.dsa,
        "/api/v1/why/{typed:.+}": api.why,
    }
