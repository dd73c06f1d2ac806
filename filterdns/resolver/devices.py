"""Hot path. Which filtered answers came from how many devices today: what a school's numbers are hidden by.

Sets of hashes in memory, of at most ten devices for each profile and category, forgotten each day and never stored.
A repeated answer within one second is not seen here, and a device with several addresses counts for each of them.
"""

from __future__ import annotations

from filterdns.resolver.counters import FILTERED
from filterdns.resolver.filtered import FilteredAnswers, outcome_slot
from filterdns.resolver.message.edns import Edns
from filterdns.resolver.miss import Miss
from filterdns.resolver.policy.decision import Decision
from filterdns.resolver.policy.profile import Profile
from filterdns.resolver.shared import DEVICES_SHOWN, Shared

_WORD = 0xFFFF_FFFF_FFFF_FFFF


class Devices:
    """The devices of one worker and one day. `columns`: profile -> its column of the shared map."""

    def __init__(self, shared: Shared, worker: int, columns: dict[str, int], secret: bytes) -> None:
        self._shared = shared
        self._worker = worker
        self._columns = columns
        self._secret = secret
        self._day = 0
        self._seen: dict[tuple[int, int], set[int]] = {}

    def use_columns(self, columns: dict[str, int]) -> None:
        """Another configuration: the same columns, and some more."""
        self._columns = columns

    def begin_day(self, day: int) -> None:
        """Forget everything when the day is another one."""
        if day != self._day:
            self._day = day
            self._seen = {}
            self._shared.forget_devices(self._worker, self._columns.values())

    def note(self, profile: str, slot: int, device: int) -> None:
        """A device got a filtered answer that is counted in `slot`."""
        column = self._columns.get(profile)
        if slot < FILTERED or column is None:
            return
        seen = self._seen.setdefault((column, slot), set())
        if len(seen) < DEVICES_SHOWN:
            salted = hash((self._secret, self._day, device)) & _WORD or 1
            if salted not in seen:
                self._shared.note_device(self._worker, column, slot - FILTERED, len(seen), salted)
                seen.add(salted)


class CountedAnswers(FilteredAnswers):
    """Filtered answers of a school: each is noted with the device that got it."""

    def __init__(self, public_url: str, page_addresses: tuple[str, ...], devices: Devices) -> None:
        super().__init__(public_url, page_addresses)
        self._devices = devices

    def quick_reply(
        self, wire: bytes, end: int, asked: bytes, edns: Edns, profile: Profile, verdict: Decision, offset: int
    ) -> bytes | None:
        """Never: the short way does not know the device."""
        return None

    def reply(self, miss: Miss, decision: Decision, name: bytes) -> bytes:
        client = miss.client
        self._devices.note(client.profile.id, outcome_slot(decision), client.device)
        return super().reply(miss, decision, name)
