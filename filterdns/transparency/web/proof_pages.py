"""The page that shows what the log proves of a name, and how anybody checks it without us."""

from __future__ import annotations

from aiohttp import web

from filterdns.errors import IndexFault, LogFault
from filterdns.transparency.reasons.proven import read_proven
from filterdns.transparency.reasons.typed import TypedFault
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.pages import SHOWN
from filterdns.transparency.web.proofs import NoProof, Proofs
from filterdns.transparency.web.render import Renderer


class ProofPages:
    """One page for each name."""

    def __init__(self, reasons: Reasons, renderer: Renderer, proofs: Proofs, site: str) -> None:
        self._reasons = reasons
        self._renderer = renderer
        self._proofs = proofs
        self._site = site

    async def proof(self, request: web.Request) -> web.StreamResponse:
        """What the log proves of a name."""
        try:
            statement = self._reasons.get(request.match_info["typed"])
            document = await self._proofs.document(statement.name) if statement else None
        except (TypedFault, NoProof):
            raise web.HTTPNotFound from None
        except (IndexFault, LogFault):
            document = None
        if statement is None or document is None:
            return self._renderer.page(request, "no_release.html", 503)
        is_veiled = statement.is_veiled and request.query.get(SHOWN) != "1"
        above = {listing.name: listing.shown for listing in statement.listings if listing.offset}
        return self._renderer.page(
            request,
            "why_proof.html",
            statement=statement,
            proven=read_proven(document),
            above=above,
            is_veiled=is_veiled,
            name_shown=veiled if is_veiled else plain,
            site=self._site,
            vkey=self._reasons.current.log.vkey,
        )
