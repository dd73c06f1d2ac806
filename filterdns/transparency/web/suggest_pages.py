"""A site that somebody thinks should be listed: people look at it, however many send it; it is not public before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date

from aiohttp import web

from filterdns.categories import Class
from filterdns.errors import IndexFault
from filterdns.lists.categories_file import RESTRICTED, CategoryRow, CategoryTable
from filterdns.lists.roles import get_needed_role
from filterdns.names import label_offsets, name_text
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.receipts import MOST_TEXT
from filterdns.transparency.locale.texts import marked
from filterdns.transparency.public.words import CLASSES
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.transparency.web.appeal_fields import CATEGORY, NAME, TEXT, Sent, Suggested, read_suggested
from filterdns.transparency.web.counter import AGAIN_STATUS, Counter, Form
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.objections import terms_of
from filterdns.transparency.web.receiving import Received, propose

NO_NAME = marked("Please write the name of the site, such as example.org.")
NO_CATEGORY = marked("Please choose what the site is about. If nothing fits, the site cannot be listed.")
NO_TEXT = marked("Please write in a few words what you saw there.")

ALREADY, PROTECTED = "already", "protected"


class SuggestPages:
    """The form and what becomes of it."""

    def __init__(self, counter: Counter, reasons: Reasons, table: CategoryTable) -> None:
        self._counter, self._reasons, self._table = counter, reasons, table

    async def suggest(self, request: web.Request) -> web.StreamResponse:
        """The form, and what becomes of it."""
        if request.method != "POST":
            return self._form(request, Suggested())
        form = await self._counter.read(request)
        if RESTRICTED in form.fields.get(CATEGORY, ()):  # before anything else of it is looked at, and nothing is kept
            return self._counter.renderer.page(request, "suggest_stop.html")
        language = self._counter.renderer.language(request).code
        suggested = _with_problems(read_suggested(form.fields, language, self._today), self._rows())
        if form.again or suggested.sent.problems:
            return self._form(request, suggested, form)
        try:
            statement = self._reasons.get(suggested.name)
        except IndexFault:
            statement = None
        if statement is None:
            return self._counter.renderer.page(request, "no_release.html", 503)
        if why := _why_not(statement, suggested.category):
            return self._counter.renderer.page(request, "suggest_nothing.html", why=why, statement=statement)
        return await self._propose(request, form, suggested, statement)

    async def _propose(
        self, request: web.Request, form: Form, suggested: Suggested, statement: Statement
    ) -> web.StreamResponse:
        terms: Terms = terms_of(suggested.category, self._table, ())
        when, rules, sent = self._counter.when, self._counter.rules, _with_day(suggested)

        def work(book: Casebook) -> Received:
            return propose(book, statement.name, terms, sent, form.code, when, rules)

        received = await self._counter.cases.write(work)
        return self._counter.page(
            request,
            "suggest_received.html",
            201,
            items=received.items,
            code=form.code,
            needed=get_needed_role(suggested.category),
        )

    def _form(self, request: web.Request, suggested: Suggested, form: Form | None = None) -> web.Response:
        again = form.again if form else ""
        status = AGAIN_STATUS.get(again, 422 if suggested.sent.problems else 200)
        groups = [
            (CLASSES[klass][0], [row for row in self._rows().values() if row.klass is klass])
            for klass in CLASSES
            if klass is not Class.LEGAL
        ]
        return self._counter.page(
            request,
            "suggest.html",
            status,
            form,
            suggested=suggested,
            groups=groups,
            restricted=RESTRICTED,
            today=self._today,
        )

    def _rows(self) -> Mapping[str, CategoryRow]:
        """What the public may suggest: an order comes from an office, a closed list from those who keep it."""
        return {row.id: row for row in self._table.categories if row.klass is not Class.LEGAL}

    @property
    def _today(self) -> date:
        return self._counter.when.astimezone(UTC).date()


def _with_problems(suggested: Suggested, rows: Mapping[str, CategoryRow]) -> Suggested:
    problems = dict(suggested.sent.problems)
    try:
        qname = read_typed(suggested.name)
        if len(label_offsets(qname)) < 2:
            problems[NAME] = NO_NAME
        else:
            suggested = replace(suggested, name=name_text(qname))
    except TypedFault:
        problems[NAME] = NO_NAME
    if suggested.category not in rows:
        problems[CATEGORY] = NO_CATEGORY
    if not suggested.sent.text:
        problems[TEXT] = NO_TEXT
    return replace(suggested, sent=replace(suggested.sent, problems=problems))


def _with_day(suggested: Suggested) -> Sent:
    """What was seen with the day on which it was, as those who look at it read it."""
    sent = replace(suggested.sent, claim=False, outdated=False)
    if suggested.seen_on is None:
        return sent
    return replace(sent, text=f"[{suggested.seen_on.isoformat()}] {sent.text}"[:MOST_TEXT])


def _why_not(statement: Statement, category: str) -> str:
    """Why a site need not be looked at; "" if it has to be."""
    if statement.is_protected:
        return PROTECTED
    counts: Sequence[str] = [each.category for each in statement.listings if not each.revoked and not each.of_household]
    return ALREADY if category in counts else ""
