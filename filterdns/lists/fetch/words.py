"""What went wrong, in words for somebody who only wants to know whether it matters."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from datetime import datetime, tzinfo
from http import HTTPStatus

import aiohttp

from filterdns.lists.copies import Copy
from filterdns.lists.fetch.limits import FetchLimits

_STATUS_WORDS = {
    401: "it wants a password",
    403: "it refuses us",
    404: "there is no such file",
    410: "the file is gone for good",
    429: "we asked too often",
    500: "it has a fault of its own",
    502: "it has a fault of its own",
    503: "busy",
    504: "it has a fault of its own",
}
# X509_V_ERR_* of OpenSSL
_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64


def status_words(status: int) -> str:
    """A status that is not the one we hoped for."""
    try:
        phrase = _STATUS_WORDS.get(status) or HTTPStatus(status).phrase.lower()
    except ValueError:
        phrase = "which means nothing to us"
    return f"the server answered {status} ({phrase})"


def transport_words(error: Exception, limits: FetchLimits) -> str:
    """Why no answer came, or not all of it. Never holds more of an address than its host."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"no connection within {limits.connect_seconds:g} seconds"
    if isinstance(error, aiohttp.SocketTimeoutError):
        return f"the server said nothing for {limits.stall_seconds:g} seconds"
    if isinstance(error, asyncio.TimeoutError):
        return "the server took too long to answer"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _certificate_words(error.certificate_error)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return "no connection to the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answered {error.status}"
    if isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(error.__cause__, socket.gaierror):
        return "its name was not found: no such name, or no connection to the Internet"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no secure connection: {error.os_error.strerror or 'TLS failed'}"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        return f"no connection: {os.strerror(number).lower() if number else 'none of its addresses answers'}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the connection was cut before the list was complete"
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError):
        return "the server hung up"
    if isinstance(error, ValueError):
        return "an address that cannot be understood"
    if isinstance(error, aiohttp.ClientResponseError):
        return "an answer that is not HTTP"
    return f"no answer: {type(error).__name__}"


def _certificate_words(error: Exception) -> str:
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else 0
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        return "the server's certificate is for another name"
    if code in (_EXPIRED, _NOT_YET_VALID):
        return "the server's certificate is not valid today (or this machine's clock is wrong)"
    reason = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else "not valid"
    return f"the server's certificate cannot be trusted: {reason}"


def say_failure(
    cause: str, failures: int, next_at: datetime, copy: Copy | None, when: datetime, zone: tzinfo | None
) -> str:
    """The sentence that the journal keeps. Its times are absolute, so that it stays true until the next attempt."""
    tried = f", tried {failures} times" if failures > 1 else ""
    local, today = next_at.astimezone(zone), when.astimezone(zone).date()
    day = "" if local.date() == today else f"{local.day} {local:%B}, "
    if copy is None:
        kept = "there is no copy of it yet"
    else:
        confirmed = datetime.fromisoformat(copy.confirmed_at).astimezone(zone)
        kept = f"the copy of {confirmed.day} {confirmed:%B %Y} stays in use"
    return f"{cause}{tried}, next try {'on ' + day if day else 'at '}{local:%H:%M}; {kept}"
