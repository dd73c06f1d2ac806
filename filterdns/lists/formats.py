"""The formats of public lists by name: one may not know the others, so the table stands outside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from filterdns.lists.parse import adblock, dnsmasq, domains, hosts, rpz, squidguard, unbound, wildcard
from filterdns.lists.parse.found import Parser

# One for each name of `recipe.FORMATS`.
FORMATS: Mapping[str, Parser] = MappingProxyType(
    {
        "domains": domains.parse,
        "hosts": hosts.parse,
        "wildcard": wildcard.parse,
        "adblock": adblock.parse,
        "dnsmasq": dnsmasq.parse,
        "unbound": unbound.parse,
        "rpz": rpz.parse,
        "squidguard": squidguard.parse,
    }
)
