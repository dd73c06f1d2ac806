"""What a passkey has to sign: octets that carry the seal of what they are for, and are good once, for five minutes.

    16 random | 8 milliseconds of the clock that only goes forward, big-endian | 24 seal

The seal is made with a key of this process, so that nothing is kept of those that were given out, no cookie is needed,
and a restart refuses what was given out before it.  What was signed once is remembered until it is too old anyway.
"""

from __future__ import annotations

import hmac
import secrets
from enum import Enum
from hashlib import blake2b
from struct import Struct

GOOD_SECONDS = 300.0  # to look for a key in a drawer
MOST_SPENT = 4_096  # within GOOD_SECONDS, each with a right signature of somebody at the desk; about 300 octets each
SIGN_IN, ADD = "sign in", "add"

_RANDOM_OCTETS, _SEAL_OCTETS = 16, 24
_TIME = Struct(">Q")
_OCTETS = _RANDOM_OCTETS + _TIME.size + _SEAL_OCTETS


class Verdict(Enum):
    """What is to be held of a challenge."""

    GOOD = "good"
    OLD = "old"  # ours, and for this; but too long ago
    FOREIGN = "foreign"  # not given out by this process, or for something or somebody else
    SPENT = "spent"


class Challenges:
    """`now`: monotonic seconds. For one thread at a time where it spends."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._spent: dict[bytes, float] = {}

    def new(self, purpose: str, now: float, session: str = "") -> bytes:
        """One more, for something that is done once, in this session if there is one yet."""
        body = secrets.token_bytes(_RANDOM_OCTETS) + _TIME.pack(int(now * 1_000))
        return body + self._seal(body, purpose, session)

    def judge(self, challenge: bytes, purpose: str, now: float, session: str = "") -> Verdict:
        """Whether it is what we gave out for this, and is still good."""
        body, seal = challenge[:-_SEAL_OCTETS], challenge[-_SEAL_OCTETS:]
        if len(challenge) != _OCTETS or not hmac.compare_digest(seal, self._seal(body, purpose, session)):
            return Verdict.FOREIGN
        if challenge in self._spent:
            return Verdict.SPENT
        (milliseconds,) = _TIME.unpack_from(body, _RANDOM_OCTETS)
        return Verdict.GOOD if 0 <= now - milliseconds / 1_000 < GOOD_SECONDS else Verdict.OLD

    def spend(self, challenge: bytes, now: float) -> bool:
        """It was signed. Whether it is the first time."""
        self._spent = {each: until for each, until in self._spent.items() if now < until}
        if challenge in self._spent or len(self._spent) >= MOST_SPENT:
            return False
        self._spent[challenge] = now + GOOD_SECONDS
        return True

    def _seal(self, body: bytes, purpose: str, session: str) -> bytes:
        text = body + f"{purpose}\0{session}".encode()
        return blake2b(text, key=self._secret, digest_size=_SEAL_OCTETS).digest()
