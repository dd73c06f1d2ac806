"""The entries of the log: one table of what may stand in them, and octets <-> entry.

An entry is canonical JSON (RFC 8785) of at most 16 KiB:

    {"at":"2026-11-25T03:04:05Z","type":"day","v":1, ...the fields of its type}

It can never be erased, so there is no free text in it: each field is a number, a digest, a day, a word of a closed set
or an identifier whose alphabet the table gives. What people write is a statement; the entry has its commitment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from filterdns.errors import LogFault
from filterdns.tlog.canonical import read_canonical, write_canonical

VERSION = 1
MOST_ENTRY_OCTETS = 16 * 1024  # the largest is a release with 48 trees, about 8 KiB
FRESH = timedelta(hours=48)  # of the newest entry: a log has one a day at least, and a day may be missed
MOST_TREES = 51  # of one release: as many as a table of categories may have, and three of protections

BEGIN, DECISION, IMPORT, RELEASE, DECISIONS = "begin", "decision", "import", "release", "decisions"
REVOCATIONS, DAY, KEY, ERASURE, REMEDY, END = "revocations", "day", "key", "erasure", "remedy", "end"
OUTCOME = "outcome"
NAMED = frozenset({DECISION, OUTCOME})  # types that may have a name, and then have its scope

KINDS = (
    *("listing", "allowance", "protected", "hold", "shared_host", "source", "copy", "revocation", "taxonomy"),
)  # of what was decided  # fmt: skip
ACTIONS = ("added", "changed", "removed")
SCOPES = ("exact", "subdomains")
BASES = (
    *("reviewed", "imported", "ordered", "starter", "test", "protected", "hold"),  # of listings
    *("allow", "pin"),  # of allowances
    *("suspended", "emergency", "allowed", "pinned"),  # of revocations
    "decided",  # by those who keep the lists: of sources, copies, shared hosts and the taxonomy
)
PUBLICATIONS = ("open", "hashed", "counted")
OUTCOMES = (
    *("upheld", "narrowed", "moved", "removed", "suspended_late"),  # of an objection to a listing
    *("listed", "held", "protected", "declined"),  # of what somebody brought forward
    *("closed_not_examined", "closed_no_decision", "withdrawn"),
)
CAUSES = (
    *("import_error", "shared_host", "resold", "cleaned", "too_wide", "wrong_category", "outdated", "other"),
)  # of an error that an outcome mends  # fmt: skip
APPELLANTS = ("owner", "visitor", "professional")
MOST_DRAWN = 5  # people of one case: three of a second step
ROLES = ("log", "recovery")  # of a key
WHYS = ("personal_data", "harm", "law", "mistake")  # of an erasure: about a person, dangerous, ordered, wrong body

_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\Z")
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}\Z")  # a list of the lists folder: own/games.more.txt
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_HEX = re.compile(r"([0-9a-f]{2}){0,64}\Z")
_PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_TOOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,39}\Z")
_LICENCE = re.compile(r"[A-Z][A-Za-z0-9.+-]{0,23}( [A-Z0-9][A-Za-z0-9.+-]{0,11}){0,2}\Z")  # SPDX, or "CC BY-SA 4.0"
_ORIGIN = re.compile(r"(?=.{1,200}\Z)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z")
_VKEY = re.compile(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{1,4000}={0,2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|\+00:00)\Z")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOST_NUMBER = 2**53 - 1  # RFC 8785 section 3.2.2.3: what every reader of JSON keeps exact


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `fields` has what its type asks for and nothing else."""

    type: str
    at: datetime  # aware, UTC, whole seconds
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a type: what is expected, in words, and whether a value is that."""

    expected: str
    is_right: Callable[[Any], bool]
    optional: bool = False


def _text(pattern: re.Pattern[str], expected: str, *, may_be_empty: bool = False, optional: bool = False) -> _Field:
    def is_right(value: Any) -> bool:
        return isinstance(value, str) and (bool(pattern.match(value)) or (may_be_empty and value == ""))

    return _Field(expected + (' or ""' if may_be_empty else ""), is_right, optional)


def _one_of(words: tuple[str, ...], *, optional: bool = False) -> _Field:
    return _Field(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words, optional)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_NUMBER


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and bool(_DAY.match(value)) and _exists(value, date.fromisoformat)


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and bool(_MOMENT.match(value)) and _exists(value, datetime.fromisoformat)


def _exists(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except ValueError:  # the 31st of February
        return False
    return True


def _is_appeals(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MOST_TREES
        and all(isinstance(id_, str) and _CATEGORY.match(id_) and _is_number(count) for id_, count in value.items())
    )


def _is_drawn(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"size", "people"} or not isinstance(value["people"], list):
        return False
    people = value["people"]
    are_right = all(isinstance(each, str) and _PSEUDONYM.match(each) for each in people)
    return _is_number(value["size"]) and len(people) <= MOST_DRAWN and are_right


def _is_trees(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_TREES:
        return False
    return all(isinstance(tree, dict) and not _get_fault(tree, _TREE) for tree in value)


_number = _Field("a whole number from 0", _is_number)
_flag = _Field("true or false", lambda value: isinstance(value, bool))
_digest = _text(_DIGEST, "64 hexadecimal digits")
_origin = _text(_ORIGIN, "a host and path such as lists.example.org/log")
_vkey = _text(_VKEY, "a verifier key (vkey)")
_vkey_or_none = _text(_VKEY, "a verifier key (vkey)", may_be_empty=True)
_category = _text(_CATEGORY, "an identifier of a category", may_be_empty=True)
_source = _text(_SOURCE, "an identifier of a list")
_day = _Field("a day such as 2026-11-25", _is_day)
_NAME_AND_SCOPE: Mapping[str, _Field] = {
    "name": _text(_NAME, "a name in lower-case A-labels without the final dot", optional=True),
    "scope": _one_of(SCOPES, optional=True),
}

_TREE: Mapping[str, _Field] = {
    "category": _text(_CATEGORY, "an identifier of a category"),
    "names": _number,
    "root": _text(_DIGEST, "64 hexadecimal digits", may_be_empty=True),  # COUNTED: no tree
    "publication": _one_of(PUBLICATIONS),
}
SCHEMA: Mapping[str, Mapping[str, _Field]] = {
    BEGIN: {"origin": _origin, "key": _vkey, "recovery": _vkey_or_none},
    DECISION: {
        "kind": _one_of(KINDS),
        "action": _one_of(ACTIONS),
        "category": _category,
        **_NAME_AND_SCOPE,
        "source": _text(_SOURCE, "an identifier of a list", optional=True),
        "basis": _one_of(BASES),
        "statement": _digest,
    },
    IMPORT: {
        "source": _source,
        "sha256": _digest,
        **dict.fromkeys(("octets", "names", "rejected", "added", "dropped", "expired"), _number),
        "fetched_at": _Field(
            'a moment such as 2026-11-25T03:04:05Z or ""', lambda value: value == "" or _is_moment(value)
        ),
        "licence": _text(_LICENCE, "a licence by its short name (see `short_licence`)", may_be_empty=True),
        "redistribute": _flag,
    },
    RELEASE: {
        "number": _number,
        "built_at": _Field("a moment such as 2026-11-25T03:04:05Z", _is_moment),
        "tool": _text(_TOOL, "a version"),
        "manifest": _digest,
        "inputs": _digest,
        "salt": _text(_HEX, "hexadecimal digits of at most 64 octets", may_be_empty=True),
        "trees": _Field(f"at most {MOST_TREES} of category, names, root, publication", _is_trees),
    },
    DECISIONS: {"sha256": _digest, "octets": _number},
    REVOCATIONS: {"sha256": _digest, "octets": _number, "count": _number},
    DAY: {
        "date": _day,
        "appeals": _Field("whole numbers by category", _is_appeals),
    },
    KEY: {"vkey": _vkey, "role": _one_of(ROLES), "action": _one_of(("added", "removed"))},
    ERASURE: {"statement": _digest, "why": _one_of(WHYS)},
    REMEDY: {"statement": _digest, "release": _number},
    END: {"successor": _vkey_or_none},
    OUTCOME: {
        "case": _number,
        **_NAME_AND_SCOPE,
        "category": _text(_CATEGORY, "an identifier of a category"),
        "received": _day,
        "decided": _day,
        "outcome": _one_of(OUTCOMES),
        "cause": _one_of(("", *CAUSES)),
        "days_wrong": _Field(_number.expected, _is_number, optional=True),  # none: it was right, or nobody knows
        "appellant": _one_of(("", *APPELLANTS)),  # as the first of them said; "": not said
        "step": _Field("1 or 2", lambda value: type(value) is int and value in (1, 2)),
        "drawn": _Field(f"size of a log, and at most {MOST_DRAWN} pseudonyms", _is_drawn),  # 0 and none: no lot
        "statement": _digest,
    },
}
_NEEDED = {type_: frozenset(key for key in schema if not schema[key].optional) for type_, schema in SCHEMA.items()}


def write_entry(type_: str, at: datetime, **fields: Any) -> bytes:
    """The octets of an entry. `at` is cut to whole seconds. Raises LogFault for anything that the table does not have.

    A decision on a HASHED name, or its outcome, has neither `name` nor `scope`; its statement has both.
    """
    if at.utcoffset() is None:
        raise LogFault(f"entry {type_}: expected `at` with a time zone, got {at.isoformat()}")
    fault = _get_entry_fault(type_, fields)
    if fault:
        raise LogFault(f"entry {type_}: {fault}; nothing is written")
    octets = write_canonical({**fields, "v": VERSION, "type": type_, "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"})
    if len(octets) > MOST_ENTRY_OCTETS:
        raise LogFault(f"entry {type_}: expected at most {MOST_ENTRY_OCTETS} octets, got {len(octets)}")
    return octets


def read_entry(octets: bytes, index: int | None = None) -> Entry:
    """The entry in these octets; `index` is where in the log they stand, for the fault.

    Raises LogFault if they are not canonical, too long, of a type or version that this program does not know, or have
    fields that the table does not.
    """
    where = "entry" if index is None else f"entry {index}"
    if len(octets) > MOST_ENTRY_OCTETS:
        raise LogFault(f"{where}: expected at most {MOST_ENTRY_OCTETS} octets, got {len(octets)}")
    try:
        values = read_canonical(octets)
    except LogFault as fault:
        raise LogFault(f"{where}: {fault}") from fault
    if not isinstance(values, dict):
        raise LogFault(f"{where}: expected an object, got {type(values).__name__}")
    version, type_, at = values.pop("v", None), values.pop("type", None), values.pop("at", None)
    if version != VERSION or type(version) is not int:
        newer = "; a newer version of filterdns reads it" if type(version) is int and version > VERSION else ""
        raise LogFault(f"{where}: expected version {VERSION}, got {str(version)[:20]}{newer}")
    wrong = _get_entry_fault(type_, values)
    if wrong:
        raise LogFault(f"{where}: {wrong}")
    try:
        return Entry(type_, datetime.fromisoformat(at if _AT.match(at) else ""), values)
    except (TypeError, ValueError):  # no text, another form, or the 31st of February
        expected = "a moment such as 2026-11-25T03:04:05Z"
        raise LogFault(f"{where}: at: expected {expected}, got {_short(at)}") from None


def short_licence(text: str) -> str:
    """A licence as an import entry has it: the text where it is an identifier ("CC BY-SA 4.0"), else "".

    Recipes describe a licence in their own words where its keeper gives none; words are not for entries.
    """
    return text if _LICENCE.match(text) else ""


def _get_entry_fault(type_: Any, fields: Mapping[str, Any]) -> str:
    """What is wrong with an entry in words, "" if nothing is."""
    schema = SCHEMA.get(type_) if isinstance(type_, str) else None
    if schema is None:
        return f"type: expected one of {', '.join(SCHEMA)}, got {_short(type_)}"
    fault = "" if _is_right(type_, fields, schema) else _get_fault(fields, schema)
    if not fault and type_ in NAMED and ("name" in fields) != ("scope" in fields):
        return "expected name and scope, or neither (HASHED), got one of them"
    return fault


def _is_right(type_: str, fields: Mapping[str, Any], schema: Mapping[str, _Field]) -> bool:
    """Whether `_get_fault` has nothing to say: one look at each field, as a log has a million entries."""
    if not _NEEDED[type_] <= fields.keys() <= schema.keys():
        return False
    return all(schema[key].is_right(value) for key, value in fields.items())


def _get_fault(fields: Mapping[str, Any], schema: Mapping[str, _Field]) -> str:
    for key, field in schema.items():
        if key in fields:
            if not field.is_right(fields[key]):
                return f"{key}: expected {field.expected}, got {_short(fields[key])}"
        elif not field.optional:
            return f"{key}: expected {field.expected}, got nothing"
    more = [key for key in fields if key not in schema]
    return f"expected the fields {', '.join(schema)}, got {_short(more[0])} as well" if more else ""


def _short(value: Any) -> str:
    return repr(value)[:80]
