"""Which `Host` headers mean our own pages. Any other is a browser that a `page` answer of the DNS brought here."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from filterdns.config.settings import EASY_NAME, Settings
from filterdns.transparency.reasons.typed import is_address

HTTP_PORT = 80


class OurHosts:
    """The names by which our pages may be called; ports do not matter, since rebinding needs a name.

    An address is always ours: a page elsewhere that wants to read ours by rebinding must call them by its own name.
    """

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url).hostname or ""
        self._names = frozenset({"localhost", EASY_NAME, public.lower()} - {""})

    def is_ours(self, host_header: str) -> bool:
        """Whether a request with this header was meant for us."""
        host = bare_host(host_header)
        return host in self._names or is_address(host)


def address_for_others(settings: Settings) -> str:
    """Where other devices find our pages: the public address, or the easy name if that means this machine alone."""
    public = settings.public_url.rstrip("/")
    host = urlsplit(public).hostname or ""
    if host != "localhost" and not (is_address(host) and _is_this_machine(host)):
        return public
    port = settings.pages.port if settings.pages else HTTP_PORT
    return f"http://{EASY_NAME}" if port == HTTP_PORT else f"http://{EASY_NAME}:{port}"


def _is_this_machine(host: str) -> bool:
    address = ip_address(host)
    return address.is_loopback or address.is_unspecified


def bare_host(host_header: str) -> str:
    """The host of a `Host` header, lower case, without port, final dot and brackets; it may be anything."""
    host = host_header.strip().lower()
    if host.startswith("["):
        inside, _, port = host[1:].partition("]")
        return inside if not port.strip(":0123456789") else host
    return host.partition(":")[0].rstrip(".")
