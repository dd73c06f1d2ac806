"""Wrong tries at the door: counted in memory by pseudonym and by address, each wrong one makes the next wait longer.

A pseudonym waits a minute at the most, so that a stranger who guesses cannot keep its owner out; an address waits a
quarter of an hour.  Two generations bound each table, and a stranger's pseudonym counts as one of ours does.
"""

from __future__ import annotations

from dataclasses import dataclass

from filterdns.transparency.web.rates import rate_keys


@dataclass(frozen=True, slots=True)
class TryLimits:
    """Bounds of what may be tried."""

    free: int = 5  # wrong tries without a wait: a person with a new telephone
    free_of_prefix: int = 20  # of a /24 or /48: an office behind one address
    longest_of_account_seconds: float = 60.0
    longest_of_address_seconds: float = 900.0
    forgotten_seconds: float = 3_600.0  # after the last wrong try
    remembered: int = 4_096  # keys a generation; about 200 octets each


class Tries:
    """`now`: monotonic seconds."""

    def __init__(self, limits: TryLimits = TryLimits()) -> None:
        self._limits = limits
        self._young: dict[tuple[str, object], tuple[int, float]] = {}
        self._old: dict[tuple[str, object], tuple[int, float]] = {}

    def wait(self, pseudonym: str, address: str, now: float) -> float:
        """Seconds until somebody at this address ("" is unknown) may try this pseudonym; 0 is at once."""
        return max(self._wait(key, free, longest, now) for key, free, longest in self._keys(pseudonym, address))

    def failed(self, pseudonym: str, address: str, now: float) -> None:
        """A try was wrong."""
        for key, _, _ in self._keys(pseudonym, address):
            wrong, _ = self._of(key, now)
            if len(self._young) >= self._limits.remembered and key not in self._young:
                self._old, self._young = self._young, {}
            self._young[key] = (wrong + 1, now)

    def passed(self, pseudonym: str, address: str) -> None:
        """A try was right: what was wrong before it is forgotten, but for the neighbourhood's."""
        for key, _, _ in self._keys(pseudonym, address)[:2]:
            self._young.pop(key, None)
            self._old.pop(key, None)

    def _keys(self, pseudonym: str, address: str) -> list[tuple[tuple[str, object], int, float]]:
        limits = self._limits
        who = (("who", pseudonym[:64].casefold()), limits.free, limits.longest_of_account_seconds)
        if not address:
            return [who]
        one, neighbourhood = rate_keys(address)
        return [
            who,
            (("address", one), limits.free, limits.longest_of_address_seconds),
            (("prefix", neighbourhood), limits.free_of_prefix, limits.longest_of_address_seconds),
        ]

    def _of(self, key: tuple[str, object], now: float) -> tuple[int, float]:
        wrong, last = self._young.get(key) or self._old.get(key) or (0, now)
        return (wrong, last) if now - last < self._limits.forgotten_seconds else (0, now)

    def _wait(self, key: tuple[str, object], free: int, longest: float, now: float) -> float:
        wrong, last = self._of(key, now)
        if wrong < free:
            return 0.0
        return max(0.0, last + min(longest, 2.0 ** min(wrong - free, 16)) - now)

    def __len__(self) -> int:
        return len(self._young) + len(self._old)
