"""The queue, and the valve that an auditor may keep closed for longer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.desk.door import DESK, Door, Visitor
from filterdns.transparency.desk.facts import Facts, drawn
from filterdns.transparency.desk.known import Library
from filterdns.transparency.desk.queue import ALL, KINDS, MOST_PAGES, WHOSE, QueuePage, Wanted, read_page
from filterdns.transparency.desk.roles import may_extend_valve
from filterdns.transparency.web.forms import first


class QueuePages:
    """One method a page."""

    def __init__(self, door: Door, facts: Facts, rules: Rules, library: Library) -> None:
        self._door, self._facts, self._rules, self._library = door, facts, rules, library
        self._drawing: asyncio.Task[None] | None = None

    async def queue(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What waits, by deadline."""
        wanted, when = read_wanted(request), self._door.clock.when()

        found = await self._door.in_thread(lambda: read_page(self._facts.casebook, wanted, visitor.who.pseudonym, when))
        self._draw_soon([row.case for row in found.rows if not row.case.drawn])
        return await self._door.in_thread(lambda: self._page(request, visitor, wanted, found))

    def _draw_soon(self, cases: list[Case]) -> None:
        """Draw for the cases of a page that nobody has been drawn for, after it was sent."""
        if cases and (self._drawing is None or self._drawing.done()):
            self._drawing = asyncio.create_task(self._draw(cases))

    async def _draw(self, cases: list[Case]) -> None:
        for case in cases:
            statement = self._library.statement(case.name)
            when = self._door.clock.when()
            await self._door.in_thread(partial(drawn, self._facts, case, statement, when))

    def _page(self, request: web.Request, visitor: Visitor, wanted: Wanted, found: QueuePage) -> web.Response:
        return self._door.page(
            request,
            visitor,
            "desk_queue.html",
            found=found,
            notes=self._library.notes,
            wanted=wanted,
            kinds=KINDS,
            tabs=[(whose, address_of(replace(wanted, whose=whose, page=0))) for whose in WHOSE],
            before=address_of(replace(wanted, page=wanted.page - 1)) if wanted.page else "",
            after=address_of(replace(wanted, page=wanted.page + 1)) if found.has_more else "",
        )

    async def valve(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What lateness has opened today; an auditor may let it hold back more for longer."""
        fields = await self._door.fields(request, visitor) if request.method == "POST" else None
        when = self._door.clock.when()

        def compose() -> web.Response:
            category = first(fields, "category") if fields is not None else ""
            problem = self._extend(visitor, category, first(fields, "days"), when) if fields is not None else ""
            valve = self._facts.casebook.valve(when, {})
            return self._door.page(
                request,
                visitor,
                "desk_valve.html",
                403 if problem else 200,
                valve=valve,
                categories=sorted({*valve.opened_today, *valve.extended_until, *self._facts.categories}),
                problem=problem,
                done=category if fields is not None and not problem else "",
                may_extend=may_extend_valve(visitor.who),
                longest=self._rules.valve_extended.days,
            )

        return await self._door.in_thread(compose)

    def _extend(self, visitor: Visitor, category: str, days: str, when: datetime) -> str:
        longest = self._rules.valve_extended.days
        if not may_extend_valve(visitor.who):
            return "Only those who audit may do this."
        if category not in self._facts.categories:
            return "Choose a category."
        if not (days.isascii() and days.isdigit() and len(days) <= 2 and 1 <= int(days) <= longest):
            return f"Choose between 1 and {longest} days."
        self._facts.casebook.extend_valve(category, when + timedelta(days=int(days)), visitor.who.pseudonym)
        return ""


def read_wanted(request: web.Request) -> Wanted:
    """What the parameters ask for; what is none of the words we know asks for nothing."""
    query = request.query
    whose, kind, category, page = (query.get(name, "") for name in ("whose", "kind", "category", "page"))
    return Wanted(
        whose=whose if whose in WHOSE else ALL,
        kind=kind if kind in KINDS else "",
        category=category if category.isascii() and category.isidentifier() and len(category) <= 32 else "",
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= 3 and int(page) < MOST_PAGES else 0,
    )


def address_of(wanted: Wanted) -> str:
    """Where this part of the queue is."""
    values = {
        "whose": wanted.whose if wanted.whose != ALL else "",
        "kind": wanted.kind,
        "category": wanted.category,
        "page": str(wanted.page or ""),
    }
    asked = urlencode({name: value for name, value in values.items() if value})
    return f"{DESK}?{asked}" if asked else DESK
