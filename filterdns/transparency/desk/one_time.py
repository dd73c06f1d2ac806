"""The second factor: time-based one-time passwords (RFC 6238), each good once, one step of drift either way."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from pyotp import TOTP

ISSUER = "filterdns desk"
STEP_SECONDS = 30
DRIFT_STEPS = 1  # of clocks, either way
SECRET_OCTETS = 20  # as long as the digest (RFC 4226 section 4)
NOBODYS = "A" * 32  # what is worked on for somebody who is not there


def make_secret(octets: bytes) -> str:
    """A secret of random octets, in base 32."""
    return base64.b32encode(octets).decode().rstrip("=")


def find_step(secret: str, code: str, when: datetime) -> int | None:
    """The time step of a code, None if it is wrong. Whether the step was spent is the casebook's to say."""
    typed = "".join(code.split()).encode("utf-8", "replace")
    now = int(when.timestamp()) // STEP_SECONDS
    totp = TOTP(secret, interval=STEP_SECONDS)
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), typed):
            found = step
    return found


def address(secret: str, pseudonym: str) -> str:
    """The `otpauth` URI that authenticator programs read."""
    return TOTP(secret, name=pseudonym, issuer=ISSUER, interval=STEP_SECONDS).provisioning_uri()
