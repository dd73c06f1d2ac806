"""The form by which somebody at the desk brings a name forward; others decide it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from filterdns.errors import NameFault
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault
from filterdns.transparency.casebook.plain import clean_text
from filterdns.transparency.desk.actions import MOST_LETTER, read_name
from filterdns.transparency.desk.doing import Doing
from filterdns.transparency.desk.door import Door, Visitor, to_case
from filterdns.transparency.desk.facts import Facts
from filterdns.transparency.web.forms import first

FIELDS = ("kind", "name", "category", "below", "note")
PROPOSED = {
    e.PROPOSAL: "List a name",
    e.REVIEW: "Look at a listing again",
    e.HOLD: "Hold a protected name that is broken into",
    e.PROTECT: "Protect a name",
}


class ProposingPage:
    """One page."""

    def __init__(self, door: Door, facts: Facts, doing: Doing) -> None:
        self._door, self._facts, self._doing = door, facts, doing

    async def propose(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Bring a name forward: to be listed, looked at again, held or protected. Others decide."""
        if request.method != "POST":
            name = request.query.get("name", "")[:300]
            return self._proposal(request, visitor, {"name": name}, {})
        fields = await self._door.fields(request, visitor)
        typed = {
            key: clean_text(first(fields, key), MOST_LETTER) for key in ("kind", "name", "category", "below", "note")
        }
        problems = self._problems(typed)
        if problems:
            return self._proposal(request, visitor, typed, problems, 422)
        name, row = read_name(typed["name"]), self._facts.row(typed["category"])
        below, when = typed["below"] == "yes", self._door.clock.when()

        def compose() -> web.Response:
            try:
                opened = self._doing.open(visitor.who, typed["kind"], name, below, row, typed["note"], when)
                return to_case(opened.case.id, "joined" if opened.joined else "opened")
            except CaseFault as fault:
                return self._proposal(request, visitor, typed, {"kind": str(fault)}, 403)

        return await self._door.in_thread(compose)

    def _problems(self, typed: Mapping[str, str]) -> dict[str, str]:
        problems = {}
        if typed["kind"] not in PROPOSED:
            problems["kind"] = "Choose what should happen."
        if typed["category"] not in self._facts.categories:
            problems["category"] = "Choose a category."
        try:
            name = read_name(typed["name"])
            if "." not in name:
                problems["name"] = "This is a whole top-level domain; say which site."
        except NameFault:
            problems["name"] = "This is no name of a site. It should look like www.example.org."
        if not typed["note"]:
            problems["note"] = "Say what you saw, and when."
        return problems

    def _proposal(
        self,
        request: web.Request,
        visitor: Visitor,
        typed: Mapping[str, str],
        problems: Mapping[str, str],
        status: int = 200,
    ) -> web.Response:
        return self._door.page(
            request,
            visitor,
            "desk_propose.html",
            status,
            typed=typed,
            problems=problems,
            kinds=PROPOSED,
            categories=self._facts.categories,
        )
