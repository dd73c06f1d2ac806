"""Day totals of filtered answers, so that no number moves while somebody could see whose query moved it.

They lie in the shared map, so that they outlive the process of the metrics, and no longer than filterdns:

    | day | ended: security | ended: family | 0 |  where each counter stood when the day began, by column and slot
"""

from __future__ import annotations

from filterdns.categories import Category, Class
from filterdns.resolver.counters import FILTERED, HOUSEHOLD, SLOTS_A_TRANSPORT
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY
from filterdns.resolver.shared import Shared

UNCOUNTED_AT_HOME = "selfharm"  # in a home of three, "self-harm: 1" tells about one child
SECURITY, FAMILY = "security", "family"
_DAY, _ENDED_SECURITY, _ENDED_FAMILY, _BASE = 0, 1, 2, 4


def totals(shared: Shared, column: int) -> list[int]:
    """Counters of a profile over all workers, those that ended too, and both transports, by slot."""
    summed = [0] * SLOTS_A_TRANSPORT
    for worker in shared.known():
        counts = shared.profile_counts(worker, column)
        if any(counts):
            for slot in range(SLOTS_A_TRANSPORT):
                summed[slot] += counts[slot] + counts[SLOTS_A_TRANSPORT + slot]
    return summed


class DayTotals:
    """The day that is being counted and the one before it. `columns`: profile -> column."""

    def __init__(self, shared: Shared, columns: dict[str, int]) -> None:
        self._shared = shared
        self._columns = columns

    def roll(self, day: int, categories: tuple[Category, ...]) -> None:
        """Begin another day: what the day before came to is published now, in two groups."""
        words = self._shared.day
        if words[_DAY] == day:
            return
        if words[_DAY]:
            words[_ENDED_SECURITY], words[_ENDED_FAMILY] = self._groups(categories)
        for column in self._columns.values():
            at = _BASE + column * SLOTS_A_TRANSPORT
            for slot, count in enumerate(totals(self._shared, column)):
                words[at + slot] = count
        words[_DAY] = day

    def today(self, column: int) -> list[int]:
        """A profile's counts since the day began, by slot."""
        at = _BASE + column * SLOTS_A_TRANSPORT
        base = self._shared.day[at : at + SLOTS_A_TRANSPORT]
        return [max(0, count - begun) for count, begun in zip(totals(self._shared, column), base, strict=True)]

    def ended(self) -> dict[str, int]:
        """The totals of the day before, by group; 0 until a day has ended."""
        words = self._shared.day
        return {SECURITY: words[_ENDED_SECURITY], FAMILY: words[_ENDED_FAMILY]}

    def _groups(self, categories: tuple[Category, ...]) -> tuple[int, int]:
        """Security and orders from outside; all that the family chose, its own rules too."""
        security_slots, family_slots = [FILTERED], [HOUSEHOLD]
        for category in categories:
            if category.id in (UNCOUNTED_AT_HOME, RESTRICTED_CATEGORY):
                continue
            is_security = category.klass in (Class.SECURITY, Class.LEGAL)
            (security_slots if is_security else family_slots).append(FILTERED + category.bit)
        counts = [self.today(column) for column in self._columns.values()]
        return (
            sum(profile[slot] for profile in counts for slot in security_slots),
            sum(profile[slot] for profile in counts for slot in family_slots),
        )
