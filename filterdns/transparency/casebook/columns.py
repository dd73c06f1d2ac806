"""Values as they lie in a column, the same in both databases: exact moments, JSON in one writing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from filterdns.transparency.appeals.case import Voice

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
NEVER = 2**62  # of a deadline: sorts behind every date


class Moment(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970 in UTC: exact, and compared as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Deadline(Moment):
    """A moment, or None for "never", which sorts last in every database."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return NEVER if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None or value == NEVER else _EPOCH + timedelta(microseconds=value)


class Json(TypeDecorator[Any]):
    """A plain value as JSON text, keys sorted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return write_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """Some texts, in order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return write_json(list(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return () if value is None or value == "[]" else tuple(json.loads(value))


class Voices(TypeDecorator[tuple[Voice, ...]]):
    """What people have said in a case, in order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Voice, ...] | None, dialect: Dialect) -> str:
        return write_json([[v.by, v.organisation, v.outcome, dict(v.data)] for v in value or ()])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Voice, ...]:
        return () if value is None or value == "[]" else tuple(Voice(*each) for each in json.loads(value))


class Pair(TypeDecorator[tuple[int, int]]):
    """Two numbers, or None."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, int] | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value[0]} {value[1]}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, int] | None:
        if value is None:
            return None
        first, second = value.split()
        return int(first), int(second)


def write_json(value: Mapping[str, Any] | list[Any] | Any) -> str:
    """JSON in one writing. Raises TypeError for what JSON has no word for."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
