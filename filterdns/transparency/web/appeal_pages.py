"""Disagreeing: one form with nothing that has to be filled in, and the answer to it, with a day and a code."""

from __future__ import annotations

from collections.abc import Callable, Container

from aiohttp import web

from filterdns.categories import Class
from filterdns.errors import IndexFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.roles import get_needed_role
from filterdns.names import name_text
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.appeal_fields import Sent, read_sent
from filterdns.transparency.web.appeal_paths import appeal_path
from filterdns.transparency.web.counter import AGAIN_STATUS, Counter, Form
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.objections import Objection, claimed, objections_of
from filterdns.transparency.web.receiving import Received, receive

NEEDS_HELP = frozenset({"selfharm", "harassment", "image_abuse", "adult"})
"""Categories in which whoever appeals may need help more than the site (requirements 4.4)."""

QUIET = NEEDS_HELP | {"gore", "hate", "stranger_contact"}
"""Categories whose name would be a label on whoever asks (J4 c): they are told in the words for children."""

MOST_SHOWN_CHARACTERS = 256


class AppealPages:
    """The form and what becomes of it. `known_help`: hosts that a directory of helplines knows."""

    def __init__(
        self,
        counter: Counter,
        reasons: Reasons,
        table: CategoryTable,
        contact: str,
        known_help: Callable[[], Container[str]],
    ) -> None:
        self._counter, self._reasons, self._table, self._contact = counter, reasons, table, contact
        self._known_help = known_help

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Asks for the name if none is in the address."""
        typed = request.query.get("name", "")
        if not typed.strip():
            return self._counter.renderer.page(
                request, "appeal_name.html", typed="", problem=None, meant="", takes_appeals=True
            )
        try:
            path = appeal_path(name_text(read_typed(typed)))
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        there = self._counter.renderer.onward(request, path)
        return see_other(there)

    async def appeal(self, request: web.Request) -> web.StreamResponse:
        """The form of a name, and what becomes of it."""
        typed = request.match_info["typed"]
        try:
            statement = self._reasons.get(typed)
        except TypedFault as fault:
            return self._not_a_name(request, typed, fault)
        except IndexFault:  # all that is known is that we cannot say
            statement = None
        if statement is None:
            return self._counter.renderer.page(request, "no_release.html", 503)
        shown = self._reasons.current.shown
        assert shown is not None
        objections = objections_of(statement, self._table, shown.index.categories)
        open_ones = await self._open(statement, objections)
        objections = tuple(each for each in objections if each.counts or (each.name, each.category) in open_ones)
        if not objections:
            return self._nothing(request, statement)
        if request.method != "POST":
            return self._form(request, statement, objections, Sent())
        return await self._receive(request, statement, objections)

    async def _receive(
        self, request: web.Request, statement: Statement, objections: tuple[Objection, ...]
    ) -> web.StreamResponse:
        form = await self._counter.read(request)
        sent = read_sent(form.fields, self._counter.renderer.language(request).code)
        if form.again or sent.problems:
            return self._form(request, statement, objections, sent, form)
        counts_as_claim = sent.claim and self._counter.intake.admits_claim(request)
        if counts_as_claim:
            objections = claimed(objections, statement.name)
        taken = sent if counts_as_claim or not sent.claim else _as_ordinary(sent)
        when, rules, known_help = self._counter.when, self._counter.rules, self._known_help()

        def work(book: Casebook) -> Received:
            return receive(book, statement.name, objections, taken, form.code, when, rules, known_help)

        received = await self._counter.cases.write(work)
        if received.decided is not None:
            return self._form(request, statement, objections, sent, form, received)
        categories = {item.case.category for item in received.items}
        return self._counter.page(
            request,
            "appeal_received.html",
            201,
            items=received.items,
            code=form.code,
            statement=statement,
            is_veiled=statement.is_veiled,
            name_shown=_shown(statement),
            claim_refused=sent.claim and not any(item.case.claim for item in received.items),
            quiet=QUIET,
            needed={category: get_needed_role(category) for category in categories},
            authorities={o.category: o.listing.order.get("authority", "") for o in objections},
            needs_help=bool(categories & NEEDS_HELP),
        )

    def _form(
        self,
        request: web.Request,
        statement: Statement,
        objections: tuple[Objection, ...],
        sent: Sent,
        form: Form | None = None,
        received: Received | None = None,
    ) -> web.Response:
        again = form.again if form else ""
        status = AGAIN_STATUS.get(again, 422 if sent.problems or received else 200)
        return self._counter.page(
            request,
            "appeal.html",
            status,
            form,
            statement=statement,
            objections=objections,
            sent=sent,
            decided=received.decided if received else None,
            name_shown=_shown(statement),
            is_veiled=statement.is_veiled,
            is_legal=any(each.terms.klass is Class.LEGAL for each in objections),
            action=request.path,
            needs_help=any(each.category in NEEDS_HELP for each in objections),
            table=self._table,
            quiet=QUIET,
        )

    def _nothing(self, request: web.Request, statement: Statement) -> web.Response:
        """There is nothing here to object to, and why; nothing is kept."""
        household = next((each for each in statement.listings if each.of_household and not each.protection), None)
        if household is not None:
            why = "household"
        elif statement.is_held:
            why = "held"
        else:
            why = "revoked" if statement.is_revoked else "protected" if statement.is_protected else "unlisted"
        return self._counter.renderer.page(
            request,
            "appeal_nothing.html",
            why=why,
            statement=statement,
            name_shown=_shown(statement),
            contact=self._contact,
        )

    async def _open(self, statement: Statement, objections: tuple[Objection, ...]) -> set[tuple[str, str]]:
        """Listings that do not count now and have an open case: whoever appeals too is told what becomes of it."""
        if all(each.counts for each in objections):
            return set()
        names = {each.name for each in objections} | {statement.name}

        def work(book: Casebook) -> set[tuple[str, str]]:
            return {(case.name, case.category) for name in names for case in book.find(name) if case.is_open}

        found = await self._counter.cases.read(work)
        own = {category for name, category in found if name == statement.name}
        return found | {(each.name, each.category) for each in objections if each.category in own}

    def _not_a_name(self, request: web.Request, typed: str, fault: TypedFault) -> web.Response:
        shown = typed[:MOST_SHOWN_CHARACTERS]
        return self._counter.renderer.page(
            request,
            "appeal_name.html",
            400,
            typed=shown,
            problem=fault.problem,
            meant=fault.proposal,
            takes_appeals=True,
        )


def _as_ordinary(sent: Sent) -> Sent:
    """The same without the claim: more claims came than an ordinary day can bring."""
    return Sent(sent.text, sent.appellant, False, sent.outdated, sent.language, sent.email)


def _shown(statement: Statement) -> Callable[[str], str]:
    return veiled if statement.is_veiled else plain
