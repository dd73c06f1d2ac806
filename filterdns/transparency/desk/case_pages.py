"""The page of a case and its buttons, and the form that proposes something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from filterdns.errors import IndexFault
from filterdns.lists.categories_file import CategoryRow
from filterdns.transparency.appeals.case import Case, CaseFault, needs_two
from filterdns.transparency.casebook.faults import Changed, Missing
from filterdns.transparency.desk import actions as a
from filterdns.transparency.desk.actions import Asked, read_asked
from filterdns.transparency.desk.doing import Doing, NotAllowed
from filterdns.transparency.desk.door import CASE, Door, Visitor, to_case
from filterdns.transparency.desk.dossier import DECIDED_WORDS, OUTCOME_WORDS, dossier_of
from filterdns.transparency.desk.facts import Facts, drawn, parties_of
from filterdns.transparency.desk.known import Known, Library
from filterdns.transparency.desk.sisters import find_sisters
from filterdns.transparency.reasons.listing_words import GRADES
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.forms import Fields

SAID = {
    a.TAKE: "It is yours now.",
    a.HAND_OVER: "It is handed over.",
    a.WITHDRAW: "It is taken back.",
    a.COMPLETE: "It is decided.",
    "spoken": "Your word is there. Others have to speak before anything changes.",
    "decided": "It is decided. The machine carries it out within a minute, and homes follow within the hour.",
    "opened": "It is brought forward. Others decide it.",
    "joined": "There is a case about this already; yours has joined it.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of what was just done. `kind`: done, failed or waiting."""

    kind: str
    words: str


SOMEBODY_WAS_FIRST = Said(
    "waiting",
    "Somebody was first: the case has changed since you opened it, and nothing of yours was done. Look at it again; "
    "what you wrote is still in the form.",
)


class CasePages:
    """One method a page. Statements of reasons are made beside the loop's other pages; the casebook in its thread."""

    def __init__(self, door: Door, facts: Facts, doing: Doing, reasons: Reasons) -> None:
        self._door, self._facts, self._doing, self._reasons = door, facts, doing, reasons
        self._library = Library(reasons)

    async def case(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Everything about one case."""
        case = await self._door.in_thread(lambda: self._find(request))
        if case is None:
            return self._missing(request, visitor)
        known = self._library.known(case.name)
        said = SAID.get(request.query.get("done", ""))

        def compose() -> web.Response:
            now = drawn(self._facts, case, known.statement, self._door.clock.when())
            return self._page(request, visitor, now, known, Said("done", said) if said else None)

        return await self._door.in_thread(compose)

    async def press(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A button of that page."""
        fields = await self._door.fields(request, visitor)
        case = await self._door.in_thread(lambda: self._find(request))
        if case is None or request.match_info["press"] not in a.PRESSES:
            return self._missing(request, visitor)
        known = self._library.known(case.name)
        return await self._door.in_thread(lambda: self._pressed(request, visitor, case, known, fields))

    def _pressed(
        self, request: web.Request, visitor: Visitor, case: Case, known: Known, fields: Fields
    ) -> web.Response:
        when = self._door.clock.when()
        asked = read_asked(request.match_info["press"], case, fields, when.date(), self._facts.categories)
        if asked.last != case.last:
            return self._page(request, visitor, case, known, SOMEBODY_WAS_FIRST, asked, 409)
        if asked.problems:
            said = Said("failed", "Nothing was done yet. Please look at what is marked.")
            return self._page(request, visitor, case, known, said, asked, 422)
        try:
            return self._do(request, visitor, case, known, asked)
        except Changed:
            case = self._facts.casebook.case(case.id)
            return self._page(request, visitor, case, known, SOMEBODY_WAS_FIRST, asked, 409)
        except CaseFault as fault:
            return self._page(request, visitor, case, known, Said("failed", str(fault)), asked, 403)

    def _do(self, request: web.Request, visitor: Visitor, case: Case, known: Known, asked: Asked) -> web.Response:
        who, when = visitor.who, self._door.clock.when()
        parties = parties_of(case, self._facts.casebook.events(case.id), known.statement)
        if asked.outcome:
            refused = self._doing.why_not(who, case, asked.outcome, parties, when)
            if refused:
                raise NotAllowed(refused)
            if needs_two(case, asked.outcome) and not asked.confirmed:
                return self._confirm(request, visitor, case, asked)
            after = self._doing.decide(who, case, asked.data, parties, when)
            return to_case(case.id, "spoken" if after.is_open else "decided")
        if asked.press in a.OPENS:
            row = self._facts.row(case.category)
            kind = a.OPENS[asked.press]
            return self._open(visitor, kind, case.name, case.subdomains, row, asked.typed["note"])
        if asked.press == a.TAKE:
            self._doing.take(who, case, parties, when)
        elif asked.press == a.HAND_OVER:
            self._doing.hand_over(who, case, parties, when)
        elif asked.press == a.WITHDRAW:
            self._doing.withdraw(who, case, parties, when)
        elif asked.press == a.COMPLETE:
            self._doing.complete(who, case, when)
        return to_case(case.id, asked.press)

    def _open(
        self, visitor: Visitor, kind: str, name: str, subdomains: bool, row: CategoryRow | None, note: str
    ) -> web.Response:
        opened = self._doing.open(visitor.who, kind, name, subdomains, row, note, self._door.clock.when())
        return to_case(opened.case.id, "joined" if opened.joined else "opened")

    def _confirm(self, request: web.Request, visitor: Visitor, case: Case, asked: Asked) -> web.Response:
        return self._door.page(
            request,
            visitor,
            "desk_confirm.html",
            case=case,
            asked=asked,
            title=OUTCOME_WORDS[asked.outcome],
            agreed=[voice for voice in case.approvals if voice.outcome == asked.outcome],
            action=press_path(case.id, asked.press),
        )

    def _find(self, request: web.Request) -> Case | None:
        try:
            return self._facts.casebook.case(int(request.match_info["number"]))
        except Missing:
            return None

    def _page(
        self,
        request: web.Request,
        visitor: Visitor,
        case: Case,
        known: Known,
        said: Said | None,
        asked: Asked | None = None,
        status: int = 200,
    ) -> web.Response:
        dossier = dossier_of(self._facts, self._doing, case, visitor.who, known.statement, self._door.clock.when())
        return self._door.page(
            request,
            visitor,
            "desk_case.html",
            status,
            d=dossier,
            said=said,
            asked=asked,
            statement=known.statement,
            past=known.past,
            sisters=self._sisters(case, known),
            texts_of=self._reasons.texts_of,
            name_shown=str,
            press_path=press_path,
            causes=a.CAUSE_WORDS,
            grades=a.GRADES,
            grade_words=GRADES,
            categories=[each for each in self._facts.categories if each != case.category],
            outcome_words=OUTCOME_WORDS,
            decided_words=DECIDED_WORDS,
            most_reason=a.MOST_REASON,
            today=self._door.clock.when().date(),
        )

    def _sisters(self, case: Case, known: Known) -> Sequence[str]:
        """Others that the lists name which name this one."""
        release = self._reasons.current.shown
        if known.statement is None or release is None:
            return ()
        sources = {listing.source for listing in known.statement.listings if listing.public_list}
        try:
            return find_sisters(release.sightings, case.name, sources)
        except IndexFault:
            return ()

    def _missing(self, request: web.Request, visitor: Visitor) -> web.Response:
        return self._door.page(request, visitor, "desk_refused.html", 404, why="missing")


def press_path(number: int, press: str) -> str:
    """Where a button of a case's page sends its form."""
    return f"{CASE}{number}/{press}"
