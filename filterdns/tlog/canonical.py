"""Canonical JSON (RFC 8785): one value has one sequence of octets, so that its digest means the value.

Ours are strings, integers that every reader holds exactly, true, false, null, lists and objects. There are no
fractions: their canonical form needs ECMAScript's number formatting, and nothing in the log measures.
"""

from __future__ import annotations

import json
import re
from typing import Any

from filterdns.errors import LogFault

MOST_INTEGER = 2**53 - 1  # RFC 7493 section 2.2: beyond it readers that hold numbers as doubles disagree
MOST_DEPTH = 32  # lists and objects in each other: entries need four, and a reader must not recurse without end
MOST_DIGITS = 17  # of MOST_INTEGER and its sign: a longer number is not converted at all

_FORM: dict[str, Any] = {"ensure_ascii": False, "check_circular": False, "separators": (",", ":")}
_encode = json.JSONEncoder(**_FORM).encode
_encode_sorted = json.JSONEncoder(**_FORM, sort_keys=True).encode
_LONG = re.compile(rb"[0-9]{16}")  # perhaps a number beyond MOST_INTEGER


def write_canonical(value: Any) -> bytes:
    """The canonical octets of a value; LogFault for what has none here: a float, another type, too deep."""
    try:
        return _encode(_ordered(value, 0)).encode()
    except UnicodeEncodeError as fault:
        raise LogFault(f"canonical JSON: expected whole characters, got a lone surrogate at {fault.start}") from None


def read_canonical(octets: bytes) -> Any:
    """The value that stands in canonical octets; LogFault when they are not the canonical form of any."""
    plain = _read_plain(octets)
    if plain is not None:
        return plain
    try:
        value = json.loads(
            octets.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError as fault:
        raise LogFault(f"canonical JSON: octet {fault.start} is not UTF-8") from None
    except RecursionError:
        raise LogFault(f"canonical JSON: over {MOST_DEPTH} lists and objects in each other") from None
    except ValueError as fault:
        raise LogFault(f"canonical JSON: {fault}") from None
    if write_canonical(value) != octets:
        raise LogFault("canonical JSON: the value is well-formed but not in its canonical form (RFC 8785)")
    return value


def _read_plain(octets: bytes) -> Any:
    """The value of octets as almost all are, in half the time; None for those that have to be looked at closely.

    In ASCII the order of code points is that of RFC 8785 section 3.2.3, and what is written the same again was
    canonical: no member twice, no space, no escape that is not needed.
    """
    if not octets.isascii() or octets.count(b"{") + octets.count(b"[") > MOST_DEPTH or _LONG.search(octets):
        return None
    text = octets.decode("ascii")
    try:
        value, _ = _decode(text)
    except (ValueError, LogFault):
        return None
    return value if _encode_sorted(value) == text else None


def _ordered(value: Any, depth: int) -> Any:
    """The same value with the members of its objects in canonical order; LogFault for what is not allowed in it."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int:
        if not -MOST_INTEGER <= value <= MOST_INTEGER:
            raise LogFault(f"canonical JSON: expected an integer within 2**53, got one of {value.bit_length()} bits")
        return value
    if depth >= MOST_DEPTH:
        raise LogFault(f"canonical JSON: over {MOST_DEPTH} lists and objects in each other")
    if kind is list:
        return [_ordered(item, depth + 1) for item in value]
    if kind is dict:
        for name in value:
            if type(name) is not str:
                raise LogFault(f"canonical JSON: expected text as a member's name, got {type(name).__name__}")
        return {name: _ordered(value[name], depth + 1) for name in sorted(value, key=_utf16)}
    raise LogFault(f"canonical JSON: expected text, integer, bool, null, list or object, got {kind.__name__}")


def _utf16(name: str) -> bytes:
    """RFC 8785 section 3.2.3 orders by UTF-16 code units, which differs from code points beyond U+FFFF."""
    return name.encode("utf-16-be", "surrogatepass")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise LogFault("canonical JSON: a member stands twice in an object")
    return members


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise LogFault(f"canonical JSON: expected an integer within 2**53, got one of {len(digits)} digits")
    return int(digits)


def _refuse(text: str) -> Any:
    raise LogFault(f"canonical JSON: expected an integer, got {text[:MOST_DIGITS]}")


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).raw_decode
