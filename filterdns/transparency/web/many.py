"""Many names at once: a table with a line for each, for people and for programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from aiohttp import web

from filterdns.errors import IndexFault
from filterdns.transparency.reasons.many import MOST_NAMES, Item, Pasted, read_many
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.render import Renderer

Charge = Callable[[web.Request, int], bool]
"""Takes so many requests of the sender's allowance; False if it has not that many left."""


@dataclass(frozen=True, slots=True)
class Line:
    """One name of the table, with its statement if it is a name."""

    item: Item
    statement: Statement | None

    @property
    def shown(self) -> str:
        """The name as the table shows it."""
        if self.statement is None:
            return self.item.typed
        return (veiled if self.statement.is_veiled else plain)(self.statement.shown)


class ManyNames:
    """The table. Each name costs the sender a request."""

    def __init__(self, reasons: Reasons, renderer: Renderer, charge: Charge) -> None:
        self._reasons = reasons
        self._renderer = renderer
        self._charge = charge

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The table for people; without names the form alone."""
        text = request.query.get("names", "")
        pasted = read_many(text)
        if not self.admits(request, pasted):
            return self._renderer.page(request, "fault.html", 429, code=429)
        try:
            lines = [line async for line in self.lines(pasted)]
        except IndexFault:
            return self._renderer.page(request, "no_release.html", 503)
        return self._renderer.page(
            request,
            "why_many.html",
            lines=lines,
            texts_of=self._reasons.texts_of,
            text=text,
            left_out=pasted.left_out,
            most=MOST_NAMES,
        )

    def admits(self, request: web.Request, pasted: Pasted) -> bool:
        """Whether the sender may ask for so many now."""
        return len(pasted.items) < 2 or self._charge(request, len(pasted.items) - 1)

    async def lines(self, pasted: Pasted) -> AsyncIterator[Line]:
        """The lines in their order. Raises IndexFault, also while there is no release."""
        for item in pasted.items:
            statement = self._reasons.state(item.qname) if item.qname else None
            if item.qname and statement is None:
                raise IndexFault("expected a release, got none; build the lists")
            yield Line(item, statement)
            await asyncio.sleep(0)  # others are answered between two names
