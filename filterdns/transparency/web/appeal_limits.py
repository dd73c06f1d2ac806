"""How many appeals are taken in, from whom and in all: far fewer than pages are read, in memory alone.

Every appeal counts and none is turned away for good.  When very many come at once, a form has to have been open for a
while before it is taken (decisions/0014), and a claim of protection beyond what an ordinary day can bring is taken as
an ordinary appeal, which the overload valve covers; whoever sent it is told.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from aiohttp import web

from filterdns.clock import SECONDS_A_DAY, Clock
from filterdns.transparency.web.rates import Admission, PageLimits

_MINUTE = 60.0

_APPEALS = PageLimits(
    requests_a_second=1 / 30,  # somebody who writes needs longer
    burst=30.0,  # a class of pupils behind one address
    prefix_requests_a_second=1 / 3,
    prefix_burst=100.0,
)
_CODES = PageLimits(
    requests_a_second=1 / 10,
    burst=12.0,  # a code of 65 bits is not guessed at any rate that a machine answers; this keeps the line short
    prefix_requests_a_second=1.0,
    prefix_burst=100.0,
)
_CLAIMS = PageLimits(
    requests_a_second=3 / SECONDS_A_DAY,
    burst=5.0,  # a nurse with five names of one clinic
    prefix_requests_a_second=10 / SECONDS_A_DAY,
    prefix_burst=20.0,
)


@dataclass(frozen=True, slots=True)
class AppealLimits:
    """Bounds of what is taken in."""

    appeals: PageLimits = _APPEALS
    codes: PageLimits = _CODES
    claims: PageLimits = _CLAIMS
    crowd_a_minute: int = 120  # from everybody; more is a script, or the news
    wait_seconds: float = 30.0  # that a form has to be open then: about as long as a person needs for it
    claims_a_day: int = 300  # from everybody: what three people can look at in 24 hours


class Crowd:
    """How many came within a while, with a bound on what is remembered."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._came: deque[float] = deque(maxlen=most + 1)

    def add(self, now: float) -> None:
        """One more, at this monotonic second."""
        self._came.append(now)

    def is_over(self, now: float) -> bool:
        """Whether as many came within the while as may."""
        while self._came and self._came[0] <= now - self._seconds:
            self._came.popleft()
        return len(self._came) >= self._most


class Intake:
    """Who may send something now."""

    def __init__(self, limits: AppealLimits, clock: Clock) -> None:
        near = PageLimits()
        self._clock = clock
        self._wait_seconds = limits.wait_seconds
        self._appeals = Admission(limits.appeals, near, clock)
        self._codes = Admission(limits.codes, near, clock)
        self._claims = Admission(limits.claims, near, clock)
        self._crowd = Crowd(limits.crowd_a_minute, _MINUTE)
        self._claimed = Crowd(limits.claims_a_day, SECONDS_A_DAY)

    def admits(self, request: web.Request) -> bool:
        """Whether this sender may send one more appeal or suggestion; it is counted."""
        admitted = self._appeals.admits(request)
        if admitted:
            self._crowd.add(self._clock.now())
        return admitted

    def admits_code(self, request: web.Request) -> bool:
        """Whether this sender may try one more code."""
        return self._codes.admits(request)

    def admits_claim(self, request: web.Request) -> bool:
        """Whether a claim of this sender counts as one; it is counted."""
        now = self._clock.now()
        if self._claimed.is_over(now) or not self._claims.admits(request):
            return False
        self._claimed.add(now)
        return True

    @property
    def wait_seconds(self) -> float:
        """How long a form has to have been open at present; 0.0 on an ordinary day."""
        return self._wait_seconds if self._crowd.is_over(self._clock.now()) else 0.0
