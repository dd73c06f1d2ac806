"""STATE/sources.json: how each source stands, written whole or not at all.

What is wrong in it is never passed over: a standing that was lost would let a list in that a person has refused.  The
resolver goes on with its release meanwhile.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from filterdns.errors import StateFault
from filterdns.lists.standing import Standing, Standings
from filterdns.lists.store_file import one_writer, store_file

VERSION = 1

_TIMES = {"accepted_on", "at", "since", "last_fetch_at", "pinned"}  # and `on` is a day

_REMEDY = (
    "put an earlier copy of the file in its place, or remove it: then nothing counts as accepted, each list is judged "
    "as on first sight, and what people decided about the lists has to be decided again"
)

T = TypeVar("T")


def standing_path(state: Path) -> Path:
    """Where it lies."""
    return state / "sources.json"


def load_standings(state: Path) -> Standings:
    """How all sources stand; nothing is accepted yet if there is no file. Raises StateFault for one that is damaged."""
    path = standing_path(state)
    try:
        octets = path.read_bytes()
    except FileNotFoundError:
        return Standings()
    except OSError as error:
        raise StateFault(f"{path}: expected a file that can be read, got {error.strerror or error}") from error
    try:
        page = json.loads(octets)
        if not isinstance(page, dict) or not isinstance(page.get("sources"), dict):
            raise ValueError("expected an object with `sources`")
        if page.get("version") != VERSION:
            remedy = "install the filterdns that wrote it, or a newer one"
            raise StateFault(f"{path}: expected version {VERSION}, got {json.dumps(page.get('version'))}; {remedy}")
        return Standings({source: _read(Standing, row, source) for source, row in page["sources"].items()})
    except (ValueError, RecursionError) as error:
        raise StateFault(f"{path}: expected how each source stands, got damaged text ({error}); {_REMEDY}") from error


def store_standings(state: Path, standings: Standings) -> None:
    """Write how all sources stand, so that a crash leaves the old or the new file. Raises StateFault."""
    page = {"version": VERSION, "sources": {source: asdict(standing) for source, standing in standings.sources.items()}}
    store_file(standing_path(state), json.dumps(page, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def change_standings(state: Path, change: Callable[[Standings], tuple[Standings, T]]) -> T:
    """Load, change and store, with no other writer in between; gives what `change` gives besides. Raises StateFault."""
    with one_writer(state):
        before = load_standings(state)
        after, result = change(before)
        if after != before:
            store_standings(state, after)
    return result


def _read(kind: Any, value: Any, where: str) -> Any:
    """The value of this type from JSON; raises ValueError, which says where, for anything else."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        return None if value is None else _read(get_args(kind)[0], value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(_read(get_args(kind)[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {key: _read(get_args(kind)[1], item, f"{where}.{key}") for key, item in value.items()}
    if is_dataclass(kind) and isinstance(value, dict):
        return _read_fields(kind, value, where)
    if kind in (str, int) and type(value) is kind:
        return value
    raise ValueError(f"{where}: expected {getattr(kind, '__name__', kind)}, got {json.dumps(value)[:60]}")


def _read_fields(kind: Any, value: Mapping[str, Any], where: str) -> Any:
    hints = get_type_hints(kind)
    unknown = sorted(value.keys() - hints.keys())
    if unknown:
        raise ValueError(f"{where}: expected fields that this version knows, got {', '.join(unknown)}")
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in needed if name not in value]
    if missing:
        raise ValueError(f"{where}: expected {', '.join(missing)}, got nothing")
    for name, item in value.items():
        _check_time(name, item, f"{where}.{name}")
    return kind(**{name: _read(hints[name], item, f"{where}.{name}") for name, item in value.items()})


def _check_time(field: str, value: Any, where: str) -> None:
    """Refuse a text that is no day or time where one belongs; "" is none."""
    if field == "on" and isinstance(value, str):
        date.fromisoformat(value)
    elif field in _TIMES and isinstance(value, str) and value and datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(f"{where}: expected a time with its zone, got {value}")
