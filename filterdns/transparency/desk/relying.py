"""Whom a passkey of this desk is for: the relying party (W3C Web Authentication, sections 5.1.2 and 13.4.9)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from filterdns.transparency.reasons.typed import is_address

_USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id`: the host for which devices keep passkeys; `origin`: of the pages, as browsers write it (RFC 6454)."""

    id: str
    origin: str


def relying_party(public_url: str) -> RelyingParty | None:
    """That of an installation; None where browsers know no passkeys: at an address, or without TLS but at localhost."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").rstrip(".")
    if not host or is_address(host) or not (parts.scheme == "https" or host == "localhost"):
        return None
    port = "" if parts.port in (None, _USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")
