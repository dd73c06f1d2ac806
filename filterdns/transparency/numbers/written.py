"""The rows of the page as JSON and CSV: the same figures, with how each was counted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from filterdns.transparency.numbers.rows import SHARE, Row
from filterdns.transparency.numbers.words import FIGURES, LICENCE, LICENCE_URL

COLUMNS = (*(field.name for field in fields(Row)), "title")
_FORMULA = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet would run


def write_json(rows: Sequence[Row], release: int, computed_at: str) -> bytes:
    """One object: licence, when and from which release it was counted, what the figures are, and the rows."""
    values = {
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "computed_at": computed_at,
        "release": release,
        "figures": {figure: {"title": what.title, "how": what.how} for figure, what in FIGURES.items()},
        "rows": [_values(row) for row in rows],
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n"


def write_csv(rows: Sequence[Row], release: int, computed_at: str) -> bytes:
    """A line on the licence, then a table with a head (RFC 4180, UTF-8)."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow((f"# {LICENCE} {LICENCE_URL} - computed {computed_at} from release {release}",))
    lines.writerow(COLUMNS)
    for row in rows:
        values = _values(row) | {"title": FIGURES[row.figure].title}
        lines.writerow(_cell(values[name]) for name in COLUMNS)
    return text.getvalue().encode()


def _values(row: Row) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in fields(Row)}
    values |= {"begin": row.begin.isoformat(), "end": row.end.isoformat()}
    digits = 4 if row.unit == SHARE else 2
    return values | {name: _rounded(values[name], digits) for name in ("value", "low", "high")}


def _rounded(value: float | None, digits: int) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, digits)


def _cell(value: Any) -> Any:
    """What a list or an organisation calls itself is text, also in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
