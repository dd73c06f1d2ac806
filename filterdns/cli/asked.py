"""What a person asks `filterdns check`: a name in any form, a type, a client or profile, a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from ipaddress import ip_address
from urllib.parse import urlsplit

from dnslib import QTYPE

from filterdns.config.settings import ProfileSettings, Settings
from filterdns.config.times import DAYS
from filterdns.errors import FilterdnsError, NameFault
from filterdns.resolver.policy.clients import LOCAL_NETWORKS, PrefixTable
from filterdns.unicode_names import parse_unicode_name

_DAY_AND_TIME = re.compile(r"(?:([a-z]{3,9})\s+)?(\d{1,2}):(\d{2})\Z", re.IGNORECASE)
_TYPE_NUMBER = re.compile(r"TYPE(\d{1,5})\Z", re.IGNORECASE)  # RFC 3597 section 5


class AskedFault(FilterdnsError, ValueError):
    """An argument that cannot be read; the text says what was expected and what was got."""


def read_name(text: str) -> bytes:
    """The name in what was typed or pasted: any script, any case, a whole web address. Raises AskedFault."""
    asked = text.strip()
    if "/" in asked or "@" in asked:
        try:
            asked = urlsplit(asked if "://" in asked else f"//{asked}").hostname or ""
        except ValueError:
            asked = ""
    try:
        qname = parse_unicode_name(asked)
    except NameFault as fault:
        raise AskedFault(str(fault)) from None
    if len(qname) < 2:
        raise AskedFault(f"expected a name such as example.org, got {text!r}")
    return qname


def read_type(text: str) -> int:
    """The number of a record type: `A`, `https`, `TYPE65`. Raises AskedFault."""
    number: int | None = QTYPE.reverse.get(text.upper())
    match = _TYPE_NUMBER.match(text)
    if match and int(match[1]) < 65_536:
        return int(match[1])
    if number is None:
        raise AskedFault(f"--type: expected a record type such as A, AAAA, HTTPS or TYPE65, got {text!r}")
    return number


def type_text(number: int) -> str:
    """The name of a record type, `TYPE65280` for one that has none."""
    name: str | None = QTYPE.forward.get(number)
    return name or f"TYPE{number}"


def read_who(text: str, settings: Settings, links: Iterable[str]) -> tuple[ProfileSettings, str, bool]:
    """(profile, the client's address or "", whether it may ask) for `--as`. Raises AskedFault.

    `links`: the networks on this machine's links, which may ask unless the configuration names others.
    """
    by_id = {profile.id: profile for profile in settings.profiles}
    if not text:
        return by_id[settings.default_profile], "", True
    if text in by_id:
        return by_id[text], "", True
    try:
        address = ip_address(text)
    except ValueError:
        known = ", ".join(by_id)
        raise AskedFault(f"--as: expected an address or one of the profiles {known}, got {text!r}") from None
    address = getattr(address, "ipv4_mapped", None) or address
    clients = PrefixTable((client.network, client.profile) for client in settings.clients)
    profile = by_id[clients.get(address.packed) or settings.default_profile]
    allowed = PrefixTable((network, True) for network in settings.allowed_networks or (*LOCAL_NETWORKS, *links))
    return profile, str(address), settings.open_resolver or bool(allowed.get(address.packed))


def read_moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """UTC for `--at`: `Tue 10:15` (the next one from now), `10:15` (today), ISO time; "" is now. Raises AskedFault.

    Times without an offset are those of `zone`, the profile's.
    """
    local = now.astimezone(zone)
    asked = text.strip()
    if not asked:
        return now
    if match := _DAY_AND_TIME.match(asked):
        day, hour, minute = match[1], int(match[2]), int(match[3])
        if hour < 24 and minute < 60 and (day is None or day[:3].lower() in DAYS):
            moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
            if day is not None:
                moment += timedelta(days=(DAYS.index(day[:3].lower()) - local.weekday()) % 7)
                if moment < local.replace(second=0, microsecond=0):
                    moment += timedelta(days=7)
            return moment.astimezone(UTC)
    try:
        moment = datetime.fromisoformat(asked)
    except ValueError:
        expected = "'Tue 10:15', 10:15 or 2030-03-05T10:15"
        raise AskedFault(f"--at: expected a time such as {expected}, got {text!r}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
