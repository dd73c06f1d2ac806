"""Forms of strangers: sealed with the time at which they were given out, and good for one receipt each.

The seal is made of a secret of this process, so nothing is remembered of a form that was never sent.  What follows of
one form, its receipt code above all, is made of the seal: somebody whose line broke presses the button again and gets
the same code, and nothing is received twice.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import blake2b
from urllib.parse import urlsplit

from aiohttp import web

from filterdns.clock import SECONDS_A_DAY, Clock
from filterdns.transparency.appeals.codes import RANDOM_OCTETS, make_code
from filterdns.transparency.web.forms import ForgedForm

FORM_SECONDS = SECONDS_A_DAY  # a page may lie open overnight

_NONCE_OCTETS = 12
_SEAL_OCTETS = 18
_LONGEST_TOKEN = 120


class StaleForm(Exception):
    """A form of ours that is too old, from before a restart, or of another page: it is shown again as it was filled."""


class TimedForms:
    """Gives tokens out and looks at them again. `secret`: of this process."""

    def __init__(self, public_url: str, clock: Clock, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._clock = clock
        self._public = _origin(public_url)

    def token(self, request: web.Request, path: str) -> str:
        """The token of a form that is sent to this path, on the page that was asked for."""
        told = f"{int(self._clock.now()):x}.{secrets.token_hex(_NONCE_OCTETS)}"
        return f"{told}.{self._seal(request, path, told)}"

    def check_origin(self, request: web.Request) -> None:
        """Raises ForgedForm if the browser says that another site sent this."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        host = request.headers.get("Host", "").lower()
        ours = {f"http://{host}", f"https://{host}", self._public}  # a proxy in front of us speaks TLS
        if site not in (None, "same-origin") or (origin is not None and origin.lower() not in ours):
            raise ForgedForm

    def age_seconds(self, request: web.Request, path: str, token: str) -> float:
        """For how long the form has been out. Raises StaleForm."""
        told, _, seal = token[:_LONGEST_TOKEN].rpartition(".")
        expected = self._seal(request, path, told)
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), expected.encode()):
            raise StaleForm
        age = self._clock.now() - int(told.partition(".")[0], 16)
        if age > FORM_SECONDS:
            raise StaleForm
        return age

    def code(self, token: str) -> str:
        """The receipt code that this form brings, with its groups."""
        return make_code(
            blake2b(token.encode(), key=self._secret, person=b"receipt", digest_size=RANDOM_OCTETS).digest()
        )

    def _seal(self, request: web.Request, path: str, told: str) -> str:
        host = request.headers.get("Host", "").lower()
        said = f"{told}\0{path}\0{host}".encode("utf-8", "replace")
        return blake2b(said, key=self._secret, person=b"form", digest_size=_SEAL_OCTETS).hexdigest()


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
