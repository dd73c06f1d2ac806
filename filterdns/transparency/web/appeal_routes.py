"""The routes on which strangers write to a publisher. Imported there alone: it brings the casebook with it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.lists.categories_file import CategoryTable
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.appeal_limits import AppealLimits, Intake
from filterdns.transparency.web.appeal_pages import AppealPages
from filterdns.transparency.web.appeal_paths import APPEAL, STATUS, SUGGEST
from filterdns.transparency.web.cases import Cases
from filterdns.transparency.web.challenges import Challenges, cases_record
from filterdns.transparency.web.counter import Counter
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import READING, WITH_FORM, Route
from filterdns.transparency.web.status_pages import StatusPages
from filterdns.transparency.web.suggest_pages import SuggestPages
from filterdns.transparency.web.timed_forms import TimedForms


class AppealRoutes:
    """All of them over one casebook. `known_help`: hosts that a directory of helplines knows."""

    def __init__(
        self,
        settings: Settings,
        casebook: Casebook,
        table: CategoryTable,
        reasons: Reasons,
        clock: Clock,
        renderer: Renderer,
        known_help: Callable[[], Container[str]],
        limits: AppealLimits | None = None,
    ) -> None:
        self._cases = Cases(casebook)
        forms = TimedForms(settings.public_url, clock)
        self._counter = Counter(self._cases, clock, renderer, forms, Intake(limits or AppealLimits(), clock), Rules())
        self._appeals = AppealPages(self._counter, reasons, table, settings.desk.contact, known_help)
        self._status = StatusPages(self._counter)
        self._suggest = SuggestPages(self._counter, reasons, table)
        self.challenges = Challenges(self._cases, clock)

    async def cases_of(self, statement: Statement) -> list[dict[str, Any]]:
        """What programs are told of a name's cases."""
        return cases_record(await self.challenges.of(statement))

    def close(self) -> None:
        """Let the threads end; the casebook is closed after that."""
        self._cases.close()

    @property
    def routes(self) -> Mapping[str, tuple[Route, Sequence[str]]]:
        """Path -> route and methods, in the order in which they are tried."""
        safe = self._counter.safe
        return {
            STATUS: (safe(self._status.status), WITH_FORM),
            SUGGEST: (safe(self._suggest.suggest), WITH_FORM),
            APPEAL: (safe(self._appeals.begin), READING),
            APPEAL + "/{typed:.+}": (safe(self._appeals.appeal), WITH_FORM),
        }
