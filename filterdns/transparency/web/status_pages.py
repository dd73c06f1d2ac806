"""How a case stands, for whoever has its code. It is sent in a form, so that no address, history or log has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import DECIDED, Case, CaseFault
from filterdns.transparency.appeals.codes import digest_of, parse_code
from filterdns.transparency.appeals.control import FILE_PATH, RECORD_LABEL, control_token
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.controls import Control
from filterdns.transparency.reasons.statement import VEILED
from filterdns.transparency.reasons.veil import plain, veiled
from filterdns.transparency.web.appeal_pages import QUIET
from filterdns.transparency.web.appeal_paths import STATUS
from filterdns.transparency.web.counter import AGAIN_STATUS, Counter, Form
from filterdns.transparency.web.forms import first
from filterdns.transparency.web.receiving import Item, items_of, nth_code

CODE, DO, CASE = "code", "do", "case"
ASK_AGAIN, WITHDRAW, PROVE = "ask_again", "withdraw", "prove"

UNKNOWN, TOO_LATE, DONE = "unknown", "too_late", "done"

_NOBODYS = "0" * 14  # looked for instead of what is no code, so that every wrong one costs the same
_LONGEST_CODE = 64
_OWN_CHOICE = (ASK_AGAIN, WITHDRAW, PROVE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One case as its appellant sees it. `token`: for a proof of control; `events`: for those who have given it."""

    item: Item
    may_ask_again: bool
    may_withdraw: bool
    token: str
    control: Control | None
    events: Sequence[Event]

    @property
    def case(self) -> Case:
        return self.item.case


class StatusPages:
    """The form for the code, the answer to it, and what an appellant may do."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def status(self, request: web.Request) -> web.StreamResponse:
        """Asks for the code, and shows what it opens."""
        if request.method != "POST":
            return self._form(request)
        form = await self._counter.read(request, self._counter.intake.admits_code)
        if form.again:
            return self._form(request, form)
        code = parse_code(first(form.fields, CODE)[:_LONGEST_CODE]) or _NOBODYS
        wanted, chosen = first(form.fields, DO), first(form.fields, CASE)
        when, rules = self._counter.when, self._counter.rules
        came = ""
        if wanted in _OWN_CHOICE:
            came = await self._counter.cases.write(lambda book: _do(book, code, wanted, chosen, when, rules))
        shown = await self._counter.cases.read(lambda book: _shown(book, code, when, rules))
        if not shown:
            return self._form(request, problem=UNKNOWN)
        return self._counter.page(
            request,
            "appeal_status.html",
            shown=shown,
            code=_grouped(code),
            came=came,
            wanted=wanted,
            quiet=QUIET,
            name_shown=_name_shown,
            record_label=RECORD_LABEL,
            file_path=FILE_PATH,
        )

    def _form(self, request: web.Request, form: Form | None = None, problem: str = "") -> web.Response:
        status = 404 if problem else AGAIN_STATUS.get(form.again, 200) if form else 200
        typed = first(form.fields, CODE)[:_LONGEST_CODE] if form else ""
        return self._counter.page(
            request, "appeal_code.html", status, form, problem=problem, typed=typed, action=STATUS
        )


def _shown(book: Casebook, code: str, when: datetime, rules: Rules) -> list[Shown]:
    shown = []
    for number, item in enumerate(items_of(book, code)):
        case = item.case
        control = book.controls.get(item.receipt.id)
        token = control_token(digest_of(nth_code(code, number)), case.name)
        has_access = control is not None and control.found is not None
        events = book.events(case.id) if has_access else []
        shown.append(Shown(item, may_ask_again(case, when, rules), may_withdraw(case), token, control, events))
    return shown


def _do(book: Casebook, code: str, wanted: str, chosen: str, when: datetime, rules: Rules) -> str:
    """What an appellant asks for in one of the cases of the code: DONE, TOO_LATE, or "" for a code that is none."""
    for number, item in enumerate(items_of(book, code)):
        case = item.case
        if str(case.id) != chosen:
            continue
        try:
            if wanted == PROVE and case.is_open:
                book.controls.ask(
                    item.receipt.id, case.name, control_token(digest_of(nth_code(code, number)), case.name), when
                )
            elif wanted == WITHDRAW and may_withdraw(case):
                book.append(case.id, e.WITHDRAWN, e.PUBLIC, "", {}, when, expected_last=case.last)
            elif wanted == ASK_AGAIN and may_ask_again(case, when, rules):
                data = {"due": (when + rules.second_step).isoformat()}
                book.append(case.id, e.ASKED_AGAIN, e.PUBLIC, "", data, when, expected_last=case.last)
            else:
                return TOO_LATE
        except CaseFault:
            return TOO_LATE
        return DONE
    return ""


def may_ask_again(case: Case, when: datetime, rules: Rules) -> bool:
    """Whether three others can be asked: within 60 days of a decision, once, and not by whoever has won."""
    if case.state != DECIDED or case.step != 1 or not case.challenges_listing or case.decided_at is None:
        return False
    return case.outcome != e.REMOVED and when < case.decided_at + rules.second_step_open


def may_withdraw(case: Case) -> bool:
    """Whether the case ends if this appellant wants no more: it is nobody else's, and nothing hangs on it."""
    return case.is_open and case.appeals == 1 and not case.suspended and case.kind in (e.APPEAL, e.PROPOSAL)


def _grouped(code: str) -> str:
    return "-".join((code[:5], code[5:10], code[10:]))


def _name_shown(case: Case) -> str:
    return veiled(case.name) if case.category in VEILED else plain(case.name)
