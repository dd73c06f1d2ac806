"""What only two values together can get wrong. Each check takes what can be read and leaves the rest to the others."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path as FilePath
from typing import Any

from filterdns.config.fields import parse_network
from filterdns.config.limits import order_faults
from filterdns.config.model import File
from filterdns.config.profiles import Defaults
from filterdns.config.records import TYPES, parse_owner, parse_zone
from filterdns.config.settings import Action, Address, Answer, Role, Settings
from filterdns.errors import Fault
from filterdns.names import name_text
from filterdns.yaml_lines import Document, Path

# Networks with more addresses than these are nobody's own: /8 is the largest that was ever given to one.
_LEAST_PREFIX = {4: 8, 6: 16}


def profile_faults(document: Document, defaults: Defaults) -> list[Fault]:
    """Templates that are missing or contradict the profile's name. Reads the data, so that other faults hide none."""
    faults = []
    profiles = document.data.get("profiles")
    for id_, profile in profiles.items() if isinstance(profiles, dict) else ():
        template = profile.get("template") if isinstance(profile, dict) else None
        path: Path = ("profiles", id_)
        if template is None and isinstance(profile, dict) and id_ not in defaults:
            known = ", ".join(sorted(defaults))
            faults.append(document.fault(path, "a template to begin with", "none", f"add template: one of {known}"))
        if isinstance(template, str) and id_ in defaults and template != id_ and template in defaults:
            remedy = "call the profile something else"
            faults.append(document.fault((*path, "template"), f'"{id_}", like the name', f'"{template}"', remedy))
    return faults


def doubled_keys(document: Document) -> list[Fault]:
    """Two keys that mean the same network, zone or owner."""
    rows: list[tuple[str, str, Callable[[Any], Hashable]]] = [
        ("clients", "a network once", parse_network),
        ("forwarded_zones", "a zone once", parse_zone),
        ("own_records", "an owner once", parse_owner),
    ]
    faults = []
    for key, expected, parse in rows:
        mapping = document.data.get(key)
        first: dict[Hashable, str] = {}
        for text in mapping if isinstance(mapping, dict) else ():
            try:
                meaning = parse(text)
            except ValueError:
                continue
            if meaning in first:
                got = f'it again (also "{first[meaning]}" on line {document.lines[(key, first[meaning])]})'
                faults.append(document.fault((key, text), expected, got, "delete one"))
            first.setdefault(meaning, text)
    return faults


def file_faults(file: File, document: Document, defaults: Defaults) -> list[Fault]:
    """What is wrong between values that are each right."""
    return [
        *_addresses(file, document),
        *_upstreams(file, document),
        *_aliases(file, document),
        *_times(file, document, defaults),
        *_pages(file, document),
        *_openness(file, document),
        *_files(file, document),
        *_log(file, document),
        *_desk(file, document),
        *order_faults(file.limits, document),
    ]


def _addresses(file: File, document: Document) -> Iterable[Fault]:
    taken: dict[Address, str] = {}
    for number, address in enumerate(file.dns):
        if address in taken:
            yield document.fault(("dns", number), "an address once", f"{address} again", "delete one")
        taken[address] = "dns"
    for key in ("pages", "metrics"):
        address = getattr(file, key)
        if address is not None and address in taken:
            yield document.fault((key,), "an address of its own", f"{address}, which {taken[address]} has")
        elif address is not None:
            taken[address] = key
    if file.metrics is not None and not ipaddress.ip_address(file.metrics.host).is_loopback:
        remedy = f"write 127.0.0.1:{file.metrics.port} and let a collector on this machine read it"
        yield document.fault(("metrics",), "a loopback address", str(file.metrics), remedy)


def _aliases(file: File, document: Document) -> Iterable[Fault]:
    """An own CNAME leads to an own address: nothing follows it for the client, and a circle never ends."""
    alias_of = {
        parse_owner(owner): rdata
        for owner, records in file.own_records.items()
        for rtype, rdata, _ in records
        if rtype == TYPES["CNAME"]
    }
    owners = set(map(parse_owner, file.own_records))
    for owner in file.own_records:
        name, seen = parse_owner(owner), set[bytes]()
        while name in alias_of and name not in seen:
            seen.add(name)
            name = alias_of[name]
        if name in seen or name not in owners:
            got = "a circle" if name in seen else f"{name_text(name)}, which has no record here"
            remedy = "give that name an A or AAAA record here, or give this one the address"
            yield document.fault(("own_records", owner), "a CNAME that leads to a name among own_records", got, remedy)


def _upstreams(file: File, document: Document) -> Iterable[Fault]:
    own = set(file.dns or Settings().dns)
    zones: list[tuple[Path, list[Any]]] = [(("upstreams",), file.upstreams)]
    zones += [(("forwarded_zones", zone), servers) for zone, servers in file.forwarded_zones.items()]
    for path, servers in zones:
        seen: set[Address] = set()
        for number, server in enumerate(servers):
            if server.address in own:
                got = f"{server.address}, on which filterdns itself listens"
                yield document.fault((*path, number), "another server", got, "queries would go round in a circle")
            if server.address in seen:
                yield document.fault((*path, number), "a server once", f"{server.address} again", "delete one")
            seen.add(server.address)


def _times(file: File, document: Document, defaults: Defaults) -> Iterable[Fault]:
    for id_, profile in file.profiles.items():
        if not profile.times:
            continue
        path: Path = ("profiles", id_, "times")
        actions = dict(defaults.get(profile.template or id_, {})) | profile.categories
        if Action.TIME not in actions.values():
            remedy = "add for instance categories: {games: time}"
            yield document.fault(path, "a category that is allowed by time", "none in this profile", remedy)
        if not file.timezone:
            yield document.fault(path, "a time zone for these times", "none", "add timezone: Asia/Bangkok, or yours")


def _pages(file: File, document: Document) -> Iterable[Fault]:
    if file.page_addresses or (file.pages is not None and is_reachable(file.pages.host)):
        return
    for id_, profile in file.profiles.items():
        if profile.answer is Answer.PAGE:
            remedy = "add page_addresses: [192.168.1.2], where people reach the pages"
            yield document.fault(("profiles", id_, "answer"), "an address to send people to", "none", remedy)


def is_reachable(host: str) -> bool:
    """Whether other machines can be sent to this address."""
    ip = ipaddress.ip_address(host)
    return not (ip.is_loopback or ip.is_unspecified)


def _openness(file: File, document: Document) -> Iterable[Fault]:
    for number, text in enumerate(file.allowed_networks):
        network = ipaddress.ip_network(text)
        if network.prefixlen < _LEAST_PREFIX[network.version] and not file.open_resolver:
            remedy = "name your networks, or say open_resolver: true if strangers shall use it (attacks will)"
            yield document.fault(("allowed_networks", number), "networks of your own", text, remedy)
    if file.open_resolver and file.allowed_networks:
        remedy = "delete one: either everybody may ask or these networks"
        yield document.fault(("open_resolver",), "true without allowed_networks", "both", remedy)


def _files(file: File, document: Document) -> Iterable[Fault]:
    for key in ("restricted_names_file", "log_policy_file"):
        name = getattr(file, key)
        if name and not (FilePath(document.file).parent / name).is_file():
            yield document.fault((key,), "a file that is there", f'"{name}"')


def _desk(file: File, document: Document) -> Iterable[Fault]:
    if file.role is not Role.PUBLISHER and "desk" in file.model_fields_set:
        yield document.fault(("desk",), "role: publisher, which alone answers appeals", "another role", "delete it")
    worktree = file.desk.worktree
    if worktree and not (FilePath(document.file).parent / worktree / "lists").is_dir():
        yield document.fault(("desk", "worktree"), "a folder with lists/ in it", f'"{worktree}"')


def _log(file: File, document: Document) -> Iterable[Fault]:
    if file.role is Role.PUBLISHER and file.publisher is not None:
        remedy = "delete one: a publisher decides itself"
        yield document.fault(("publisher",), "none with role: publisher", "both", remedy)
    if file.require_log and file.role is Role.HOME and file.publisher is None:
        remedy = "add publisher: with its url and vkey, or delete this"
        yield document.fault(("require_log",), "a publisher whose log is trusted", "none", remedy)
