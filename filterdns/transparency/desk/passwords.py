"""Passwords as scrypt digests in PHC strings, `$scrypt$ln=14,r=8,p=5$salt$digest`, and the first one's set-up code.

An account begins with `$setup$until=SECONDS$digest`: a code that the machine's keeper hands over, good for a few days.
The parameters are those OWASP names for 16 MiB of memory: one sign-in at a time is worked on (`accounts`), so that this
is all that a flood of them can take.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 256  # more is no password, and costs time to look at
SALT_OCTETS = 16
_DIGEST_OCTETS = 32
_MEMORY_OCTETS = 64 << 20  # that scrypt may take for any string that we accept

SETUP_OCTETS = 10
SETUP_LIFE = timedelta(days=7)  # to be handed over and used

_B64 = r"([A-Za-z0-9+/]+)"
_PHC = re.compile(rf"\$scrypt\$ln=(\d{{1,2}}),r=(\d{{1,2}}),p=(\d{{1,2}})\${_B64}\${_B64}\Z")
_SETUP = re.compile(r"\$setup\$until=(\d{1,12})\$([0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of scrypt (RFC 7914 section 2): log2 of N, r and p. N * r * 128 octets of memory."""

    ln: int = 14
    r: int = 8
    p: int = 5

    @property
    def is_bounded(self) -> bool:
        return 10 <= self.ln <= 16 and 1 <= self.r <= 16 and 1 <= self.p <= 8 and self.r << self.ln + 7 <= 32 << 20


COST = Cost()


def make_phc(password: str, salt: bytes, cost: Cost = COST) -> str:
    """The PHC string of a password."""
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${_b64(salt)}${_b64(_scrypt(password, salt, cost))}"


def matches(phc: str, password: str) -> bool:
    """Whether a password is the one of a PHC string; False for a string that is none of ours."""
    parsed = _PHC.match(phc)
    if parsed is None or len(password) > MOST_CHARACTERS:
        return False
    cost = Cost(*(int(parsed[at]) for at in (1, 2, 3)))
    if not cost.is_bounded:
        return False
    return hmac.compare_digest(_scrypt(password, _unb64(parsed[4]), cost), _unb64(parsed[5]))


def needs_rehash(phc: str, cost: Cost = COST) -> bool:
    """Whether it was made with other parameters than those of today."""
    return not phc.startswith(f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}$")


def nobodys(cost: Cost = COST) -> str:
    """What is worked on for somebody who is not there, so that it takes as long. No password is known to match."""
    return f"$scrypt$ln={cost.ln},r={cost.r},p={cost.p}${'A' * 22}${'A' * 43}"


def fault_of_password(password: str, pseudonym: str) -> str:
    """Why this is no password, in words; empty if it can be one."""
    if len(password) < LEAST_CHARACTERS:
        return (
            f"Use at least {LEAST_CHARACTERS} characters: four or five words that have nothing to do with each other."
        )
    if len(password) > MOST_CHARACTERS:
        return f"Use at most {MOST_CHARACTERS} characters."
    if pseudonym.lower() in password.lower() or len(set(password)) < 5:
        return "Use something that is not easily guessed: not the pseudonym, not one character again and again."
    return ""


def make_setup(code: str, when: datetime) -> str:
    """What is kept of a set-up code instead of a password. The code is random, so a plain digest is enough."""
    until = int((when + SETUP_LIFE).timestamp())
    return f"$setup$until={until}${_setup_digest(code)}"


def is_setup(phc: str) -> bool:
    """Whether an account waits for its first password."""
    return phc.startswith("$setup$")


def opens_setup(phc: str, code: str, when: datetime) -> bool:
    """Whether this code, in this moment, allows to choose the first password."""
    parsed = _SETUP.match(phc)
    known = parsed[2] if parsed else "0" * 64
    right = hmac.compare_digest(_setup_digest(code), known)
    return right and parsed is not None and when.timestamp() < int(parsed[1])


def setup_code(octets: bytes) -> str:
    """Random octets as a code that can be read aloud: 16 letters and digits in fours."""
    text = base64.b32encode(octets[:SETUP_OCTETS]).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _setup_digest(code: str) -> str:
    return hashlib.sha256(b"filterdns desk " + "".join(code.upper().replace("-", " ").split()).encode()).hexdigest()


def _scrypt(password: str, salt: bytes, cost: Cost) -> bytes:
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=1 << cost.ln,
        r=cost.r,
        p=cost.p,
        maxmem=_MEMORY_OCTETS,
        dklen=_DIGEST_OCTETS,
    )


def _b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
