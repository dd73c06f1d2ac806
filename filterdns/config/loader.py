"""One configuration file to one `Settings`, or every fault in it at once.

Runs in a child process or in a command that ends: it imports pydantic and yaml.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from filterdns.config.crosscheck import doubled_keys, file_faults, profile_faults
from filterdns.config.faults import faults_of
from filterdns.config.fields import parse_network
from filterdns.config.limits import limits_of
from filterdns.config.model import Desk, File, Known, Publisher, Server
from filterdns.config.profiles import (
    DEFAULT_TEMPLATE,
    CategoryTable,
    Defaults,
    defaults_of,
    profile_of_template,
    profiles_of,
)
from filterdns.config.records import parse_owner, parse_zone
from filterdns.config.settings import (
    EASY_NAME,
    Address,
    ClientNetwork,
    DeskSettings,
    ForwardedZone,
    ListsSettings,
    MailSettings,
    OwnRecord,
    PublisherSettings,
    Settings,
    UpstreamServer,
)
from filterdns.errors import DataFault, Fault
from filterdns.lists.read_file import read_yaml
from filterdns.yaml_lines import Document


def load(path: Path | None, categories: CategoryTable) -> Settings:
    """The settings of a file, or the embedded default for None.

    Raises DataFault with every fault of the file, in its order.
    """
    defaults = defaults_of(categories.categories)
    if path is None:
        profile = profile_of_template(DEFAULT_TEMPLATE, defaults)
        return Settings(profiles=(profile,), default_profile=profile.id)
    return _settings(read_file(read_yaml(path), defaults), path, defaults)


def read_file(document: Document, defaults: Defaults) -> File:
    """The file as a model. Raises DataFault with all faults."""
    if document.data is None:
        document = replace(document, data={})
    if not isinstance(document.data, dict):
        raise DataFault([document.fault((), "keys with values, such as dns: [127.0.0.1:53]", "something else")])
    declared = document.data.get("profiles")
    known = Known(
        categories=frozenset(category for column in defaults.values() for category in column),
        templates=frozenset(defaults),
        profiles=frozenset(declared) if isinstance(declared, dict) else frozenset(),
    )
    faults = [*profile_faults(document, defaults), *doubled_keys(document)]
    file = None
    try:
        file = File.model_validate(document.data, context=known)
    except ValidationError as error:
        faults += faults_of(error, document, File)
    if file is not None:
        faults += file_faults(file, document, defaults)
    if faults or file is None:
        raise DataFault(sorted(faults, key=_line))
    return file


def _line(fault: Fault) -> int:
    number = fault.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _settings(file: File, path: Path, defaults: Defaults) -> Settings:
    default_profile, profiles = profiles_of(file, defaults)
    given: dict[str, Any] = {key: getattr(file, key) for key in ("open_resolver", "school")}
    given |= {key: getattr(file, key) for key in ("pages", "metrics") if key in file.model_fields_set}
    if file.dns:
        given["dns"] = tuple(file.dns)
    settings = Settings(
        **given,
        workers=len(os.sched_getaffinity(0)) if file.workers == "auto" else int(file.workers),
        upstreams=_servers(file.upstreams),
        forwarded_zones=tuple(
            ForwardedZone(parse_zone(zone), _servers(servers)) for zone, servers in file.forwarded_zones.items()
        ),
        own_records=tuple(
            OwnRecord(parse_owner(owner), rtype, rdata, ttl)
            for owner, records in file.own_records.items()
            for rtype, rdata, ttl in records
        ),
        rebinding_exceptions=tuple(file.rebinding_exceptions),
        allowed_networks=tuple(file.allowed_networks),
        profiles=profiles,
        default_profile=default_profile,
        clients=tuple(ClientNetwork(parse_network(text), profile) for text, profile in file.clients.items()),
        lists=ListsSettings(update=file.lists.update),
        role=file.role,
        publisher=_publisher(file.publisher),
        desk=_desk(file.desk, path),
        require_log=file.require_log,
        log_policy_file=str(path.parent / file.log_policy_file) if file.log_policy_file else "",
        restricted_names_file=str(path.parent / file.restricted_names_file) if file.restricted_names_file else "",
        **limits_of(file.limits),
    )
    return replace(settings, **_addresses_of_pages(file, settings.pages))


def _addresses_of_pages(file: File, pages: Address | None) -> dict[str, Any]:
    """Where people find the pages, unless the file says so: where they are served."""
    one_host = pages is not None and not ipaddress.ip_address(pages.host).is_unspecified
    url = file.public_url or Settings().public_url
    if not file.public_url and pages is not None:
        url = f"http://{pages if one_host else Address(EASY_NAME, pages.port)}".removesuffix(":80")
    addresses = tuple(file.page_addresses)
    if not addresses and pages is not None and one_host:
        addresses = (pages.host,)
    return {"public_url": url, "page_addresses": addresses}


def _publisher(publisher: Publisher | None) -> PublisherSettings | None:
    if publisher is None:
        return None
    categories = frozenset(publisher.categories)
    return PublisherSettings(publisher.url, publisher.vkey, categories, frozenset(publisher.kinds))


def _desk(desk: Desk, path: Path) -> DeskSettings:
    mail = MailSettings(desk.mail.server, desk.mail.sender, desk.mail.tls) if desk.mail else None
    worktree = str(path.parent / desk.worktree) if desk.worktree else ""
    return DeskSettings(desk.database, worktree, desk.contact, mail)


def _servers(servers: list[Server]) -> tuple[UpstreamServer, ...]:
    return tuple(UpstreamServer(server.address, server.trusted_ad) for server in servers)
