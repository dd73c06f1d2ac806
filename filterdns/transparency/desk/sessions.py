"""Sessions of the desk: a random token in a cookie, of which the casebook keeps the digest; and the seals of forms.

    __Host-desk=TOKEN; Path=/; Secure; HttpOnly; SameSite=Strict        over TLS
    desk=TOKEN; Path=/; HttpOnly; SameSite=Strict                       on this machine alone, to try it out

A session ends after twelve hours, after an hour without use, when somebody signs out or in again, when a passkey of
theirs is doubted or removed elsewhere, and when the person is removed.  A form's seal is made of the session's token
and the form's address, so a restart refuses no form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from filterdns.transparency.casebook.sessions import Session, Sessions

TLS_COOKIE, PLAIN_COOKIE = "__Host-desk", "desk"
LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=1)  # how exactly the last use is kept: not a write for each page
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody's session in a request. `token` seals forms and is never shown."""

    pseudonym: str
    token: str


class DeskSessions:
    """Over the sessions of the casebook."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def begin(self, pseudonym: str, when: datetime, before: str = "") -> SignedIn:
        """A new session; the one whose token the browser had before ends."""
        self._sessions.expire(used_before=when - IDLE, begun_before=when - LONGEST)
        if before:
            self._sessions.end(digest_of(before))
        token = secrets.token_urlsafe(32)
        self._sessions.new(digest_of(token), pseudonym, when)
        return SignedIn(pseudonym, token)

    def find(self, token: str, when: datetime) -> SignedIn | None:
        """Whose session this token is; None if it is over or never was one."""
        session = self._sessions.get(digest_of(token)) if _TOKEN.match(token) else None
        if session is None or not _lasts(session, when):
            return None
        if when - session.used >= _SEEN_EVERY:
            self._sessions.touch(session.digest, when)
        return SignedIn(session.pseudonym, token)

    def end(self, token: str) -> None:
        """Sign out."""
        self._sessions.end(digest_of(token))

    def end_others(self, session: SignedIn) -> None:
        """Sign somebody out everywhere else."""
        self._sessions.end_others(session.pseudonym, digest_of(session.token))


def _lasts(session: Session, when: datetime) -> bool:
    # A clock that was set back does not make a session younger than it is.
    return timedelta(0) <= when - session.begun < LONGEST and when - session.used < IDLE


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def seal(token: str, path: str) -> str:
    """The seal of the form that is sent to this path in this session."""
    return hmac.new(token.encode(), f"form\0{path}".encode(), hashlib.sha256).hexdigest()[:36]


def is_sealed(given: str, token: str, path: str) -> bool:
    """Whether a form carries the seal of its session and path."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), seal(token, path).encode())


def token_of(request: web.Request, *, is_plain: bool) -> str:
    """The token that a browser sent; "" if none."""
    return request.cookies.get(PLAIN_COOKIE if is_plain else TLS_COOKIE, "")


def give(response: web.StreamResponse, token: str, *, is_plain: bool) -> None:
    """Let the browser keep a session's token until it is closed."""
    name = PLAIN_COOKIE if is_plain else TLS_COOKIE
    response.set_cookie(name, token, path="/", httponly=True, samesite="Strict", secure=not is_plain)


def take_away(response: web.StreamResponse, *, is_plain: bool) -> None:
    """Let the browser forget it."""
    name = PLAIN_COOKIE if is_plain else TLS_COOKIE
    response.del_cookie(name, path="/", httponly=True, samesite="Strict", secure=not is_plain)
