"""What all pages for strangers who write to us share: the forms, the line in front of them, and how one is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.web.appeal_limits import Intake
from filterdns.transparency.web.cases import Busy, Cases
from filterdns.transparency.web.forms import TOKEN, Fields, ForgedForm, first, read_fields
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import Route, say_fault
from filterdns.transparency.web.timed_forms import StaleForm, TimedForms

STALE, EARLY, CROWDED = "stale", "early", "crowded"  # why a form that was filled in is shown once more

CROWDED_SECONDS = 60  # after which an address that sent very much may send again


@dataclass(frozen=True, slots=True)
class Form:
    """A form of ours that somebody sent. `again`: why it is not taken yet, "" if it is; `code`: what it would bring."""

    fields: Fields
    token: str
    code: str
    again: str = ""
    wait_seconds: int = 0


class Counter:
    """Where strangers hand things in."""

    def __init__(
        self, cases: Cases, clock: Clock, renderer: Renderer, forms: TimedForms, intake: Intake, rules: Rules
    ) -> None:
        self.cases, self.clock, self.renderer, self.forms, self.intake = cases, clock, renderer, forms, intake
        self.rules = rules

    @property
    def when(self) -> datetime:
        """Now, in UTC."""
        return self.clock.when()

    async def read(self, request: web.Request, admits: Callable[[web.Request], bool] | None = None) -> Form:
        """A form as it was sent. Raises ForgedForm, or HTTPException for what is no form.

        `admits`: whether this sender may send one more; without, all that write are counted.
        """
        self.forms.check_origin(request)
        fields = await read_fields(request)
        token = first(fields, TOKEN)
        try:
            age = self.forms.age_seconds(request, request.path, token)
        except StaleForm:
            return Form(fields, self.forms.token(request, request.path), "", STALE)
        wait = 0.0 if admits else self.intake.wait_seconds - age
        if wait > 0:
            return Form(fields, token, "", EARLY, int(wait) + 1)
        if not (admits or self.intake.admits)(request):
            return Form(fields, token, "", CROWDED, CROWDED_SECONDS)
        return Form(fields, token, self.forms.code(token))

    def page(
        self, request: web.Request, template: str, status: int = 200, form: Form | None = None, **values: Any
    ) -> web.Response:
        """A page with a form that is sent to the page's own path."""
        token = form.token if form and form.again else self.forms.token(request, request.path)
        response = self.renderer.page(
            request,
            template,
            status,
            token=token,
            again=form.again if form else "",
            wait_seconds=form.wait_seconds if form else int(self.intake.wait_seconds),
            **values,
        )
        # Under `no-referrer` a browser would not say where a form comes from; nobody else hears of this page either.
        response.headers["Referrer-Policy"] = "same-origin"
        if form and form.again == CROWDED:
            response.headers["Retry-After"] = str(form.wait_seconds)
        return response

    def safe(self, route: Route) -> Route:
        """The route with kind words for what cannot be taken."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                return await route(request)
            except ForgedForm:
                response = self.renderer.page(request, "appeal_refused.html", 403, why="forged")
            except Busy:
                response = self.renderer.page(request, "appeal_refused.html", 503, why="busy")
                response.headers["Retry-After"] = str(CROWDED_SECONDS)
            except FilterdnsError as error:
                say_fault(error)
                response = self.renderer.page(request, "appeal_refused.html", 503, why="fault")
            if request.body_exists:
                response.force_close()
            return response

        return guarded


AGAIN_STATUS = {STALE: 409, EARLY: 409, CROWDED: 429}
