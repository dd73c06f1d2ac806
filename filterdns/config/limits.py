"""The limits of `settings` as keys of the file: same names, same units, and how far each may go."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from filterdns.config.settings import CacheLimits, ForwardLimits, RateLimits, TcpLimits
from filterdns.errors import Fault
from filterdns.yaml_lines import Document

_MIB = 1024 * 1024
_DAY = 86_400

# The least and the most of each limit. Outside of them the program has never been measured or breaks an RFC.
BOUNDS: dict[type[Any], dict[str, tuple[float, float]]] = {
    TcpLimits: {
        "connections": (1, 20_000),
        "connections_a_client": (1, 20_000),
        "in_flight": (1, 1_000),
        "unsent_octets": (4_096, 16 * _MIB),
        "message_seconds": (0.1, 60),
        "idle_seconds": (1, 3_600),
    },
    RateLimits: {
        "client_queries_a_second": (1, 1_000_000),
        "client_burst": (1, 10_000_000),
        "prefix_queries_a_second": (1, 10_000_000),
        "prefix_burst": (1, 100_000_000),
        "clients_remembered": (64, 1_000_000),
    },
    CacheLimits: {
        "octets": (_MIB, 16_384 * _MIB),
        "negative_share": (0.01, 1),
        "least_ttl_seconds": (0, 300),
        "most_ttl_seconds": (1, 7 * _DAY),
        "most_negative_ttl_seconds": (1, 3 * 3_600),  # RFC 2308 section 5
        "failure_seconds": (1, 300),  # RFC 9520 section 3.2
        "stale_seconds": (0, 7 * _DAY),  # RFC 8767 section 5
        "stale_ttl_seconds": (1, 300),
    },
    ForwardLimits: {
        "sockets": (64, 4_096),
        "queries_a_socket": (1, 10_000),
        "socket_seconds": (1, 300),
        "mismatches": (1, 100),
        "in_flight": (16, 20_000),
        "in_flight_a_client": (1, 20_000),
        "in_flight_a_domain": (1, 20_000),
        "waiters": (1, 1_000),
        "attempt_seconds": (0.05, 10),
        "total_seconds": (0.1, 30),
    },
}

# A limit that is useless beyond another one: (smaller, larger).
_ORDERED = {
    TcpLimits: (("connections_a_client", "connections"),),
    RateLimits: (("client_queries_a_second", "client_burst"), ("prefix_queries_a_second", "prefix_burst")),
    CacheLimits: (("least_ttl_seconds", "most_ttl_seconds"),),
    ForwardLimits: (
        ("in_flight_a_client", "in_flight"),
        ("in_flight_a_domain", "in_flight"),
        ("attempt_seconds", "total_seconds"),
    ),
}


class Group(BaseModel):
    """A group of limits; a key that is left out keeps its default."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _group(settings: type[Any]) -> Any:
    """A model with the keys of one dataclass of limits."""
    keys: dict[str, Any] = {}
    for field in fields(settings):
        least, most = BOUNDS[settings][field.name]
        kind: Any = type(field.default)
        keys[field.name] = (Annotated[kind, Field(ge=kind(least), le=kind(most))], field.default)
    return create_model(settings.__name__, __base__=Group, **keys)


GROUPS = {"tcp": TcpLimits, "rates": RateLimits, "cache": CacheLimits, "forward": ForwardLimits}

_SINGLE: dict[str, Any] = {
    "edns_octets": (Annotated[int, Field(ge=512, le=4_096)], 1_232),
    "udp_receive_octets": (Annotated[int, Field(ge=65_536, le=64 * _MIB)], 4 * _MIB),
}

_KEYS: dict[str, Any] = {key: (group := _group(kind), group()) for key, kind in GROUPS.items()} | _SINGLE
Limits: Any = create_model("Limits", __base__=Group, **_KEYS)


def limits_of(limits: Any) -> dict[str, Any]:
    """The limits as fields of `Settings`."""
    groups = {key: kind(**getattr(limits, key).model_dump()) for key, kind in GROUPS.items()}
    return groups | {key: getattr(limits, key) for key in _SINGLE}


def order_faults(limits: Any, document: Document) -> list[Fault]:
    """A limit that another, smaller one makes useless."""
    faults = []
    for key, kind in GROUPS.items():
        group = getattr(limits, key)
        for smaller, larger in _ORDERED[kind]:
            most, value = getattr(group, larger), getattr(group, smaller)
            if value > most:
                given = smaller if smaller in group.model_fields_set else larger
                expected = f"{smaller} of at most {larger} ({most})"
                faults.append(document.fault(("limits", key, given), expected, str(value)))
    return faults
