"""A source as its recipe in `sources/*.yaml` has it: one list, its keeper, where it comes from and what is expected."""

from __future__ import annotations

from dataclasses import dataclass, field

from filterdns.lists.fields import Texts

FORMATS = ("domains", "hosts", "wildcard", "adblock", "dnsmasq", "unbound", "rpz", "squidguard")
AUTO = "auto"
KINDS = ("listings", "decisions")
ON, OFFERED, NEVER = "on", "offered", "never"
SWITCHES = (ON, OFFERED, NEVER)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a list, how to reach them, and where to ask for a name to be removed there. "" where it is unknown."""

    name: str
    contact: str = ""
    removal: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One list of a source. `switch` says whether it is on by itself, by one tap, or never."""

    id: str
    title: str
    category: str
    keeper: Keeper
    home: str = ""
    kind: str = "listings"
    called_there: str = ""  # the keeper's own word for the category
    urls: tuple[str, ...] = ()  # the first is preferred, mirrors follow
    path: str = ""  # a file or a folder of this machine, instead of addresses
    plain_http: str = ""  # why an address without TLS is accepted; "" if none is
    format: str = AUTO
    licence: str = ""
    licence_url: str = ""
    redistribute: bool = False
    subdomains: bool = False
    subdomains_reason: Texts = field(default_factory=dict)
    trusted_because: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    least: int = 1  # distinct names that are expected
    most: int = 5_000_000
    update_hours: int = 24
    switch: str = OFFERED
    recommended: bool = False  # among the offered lists that are switched on together at the first run
    protected_allowance: int = 0  # hits on P2 names that are set aside without holding the list
    household: bool = False  # added by this installation: its keeper is the household
    where: str = ""  # `sources/ut1.yaml:12`
