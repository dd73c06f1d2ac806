"""Public lists as they change over simulated days, judged as a build judges them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from filterdns.lists.census import Census, Change
from filterdns.lists.curate.finding import Verdict
from filterdns.lists.deciding import News, decide
from filterdns.lists.recipe import Keeper, Recipe
from filterdns.lists.standing import Standing, Standings

BEGIN = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
HELPLINE = "childline.example"
CLINIC = "clinic.example"


@cache
def names(count: int, first: int = 0) -> frozenset[str]:
    """So many names; lists that begin at the same number share them."""
    return frozenset(f"n{number}.example" for number in range(first, first + count))


@dataclass(frozen=True)
class Content:
    """What a list holds. `note`: a comment, so that the same names can be another content."""

    names: frozenset[str] = frozenset()
    format: str = "domains"
    times: int = 1  # that each name stands there
    rejected: int = 0
    note: str = ""

    def census(self) -> Census:
        return _census(self)


@cache
def _census(content: Content) -> Census:
    count, duplicates = len(content.names), (content.times - 1) * len(content.names)
    facts = (sorted(content.names), content.format, content.times, content.rejected, content.note)
    return Census(
        sha256=hashlib.sha256(repr(facts).encode()).hexdigest(),
        format=content.format,
        lines=count + duplicates + content.rejected + 2,
        names=count,
        duplicates=duplicates,
        rejected=content.rejected,
        rejected_examples=('3: expected a name, got "<p>"',) if content.rejected else (),
        p1_hits=tuple(sorted(name for name in content.names if name.endswith(HELPLINE))),
        p2_hits=tuple(sorted(name for name in content.names if name.endswith(CLINIC))),
    )


def recipe(source: str = "a-list", category: str = "gambling", **more: object) -> Recipe:
    keeper = Keeper("A keeper")
    return Recipe(id=source, title=source, category=category, keeper=keeper, **more)  # type: ignore[arg-type]


@dataclass
class House:
    """An installation with some lists; time passes when it is told to."""

    recipes: dict[str, Recipe] = field(default_factory=lambda: {"a-list": recipe()})
    standings: Standings = field(default_factory=Standings)
    when: datetime = BEGIN
    served: dict[str, tuple[Content, datetime]] = field(default_factory=dict)  # content and when it was confirmed
    known: dict[str, Content] = field(default_factory=dict)  # all that was ever fetched, by digest

    def sleep(self, **time: float) -> None:
        self.when += timedelta(**time)

    def fetch(self, content: Content, source: str = "a-list") -> Verdict:
        """The source serves this now, and a build follows."""
        self.served[source] = (content, self.when)
        self.known[content.census().sha256] = content
        return self.build()[source]

    def build(self) -> dict[str, Verdict]:
        """A build without a new fetch."""
        news = [self.news(source, *served) for source, served in self.served.items()]
        self.standings, verdicts = decide(self.standings, news, self.when)
        return dict(verdicts)

    def do(self, decision: Callable[..., Standings], source: str = "a-list", *more: object) -> None:
        """A person decides."""
        self.standings = decision(self.standings, source, *(more or ("person",)), self.when)

    def standing(self, source: str = "a-list") -> Standing:
        return self.standings.of(source)

    def accepted(self, source: str = "a-list") -> Content | None:
        accepted = self.standing(source).accepted
        return self.known[accepted.sha256] if accepted else None

    def waits(self, source: str = "a-list") -> Content | None:
        held = self.standing(source).held
        return self.known[held.sha256] if held else None

    def news(self, source: str, content: Content, confirmed_at: datetime) -> News:
        accepted, census = self.standing(source).accepted, content.census()
        if accepted is None:
            return News(self.recipes[source], census, confirmed_at)
        before = self.known[accepted.sha256].names
        change = Change(len(content.names - before), len(before - content.names))
        return News(self.recipes[source], census, confirmed_at, change, accepted.sha256)
