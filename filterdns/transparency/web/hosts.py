"""Which `Host` headers mean our own pages. Any other is a browser that a `page` answer of the DNS brought here."""

from __future__ import annotations

from urllib.parse import urlsplit

from filterdns.config.settings import Settings
from filterdns.transparency.reasons.typed import is_address

EASY_NAME = "filter.home.arpa"  # answered by our own resolver on every network


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


def bare_host(host_header: str) -> str:
    """The host of a `Host` header, lower case, without port, final dot and brackets; it may be anything."""
    host = host_header.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")
