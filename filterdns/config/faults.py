"""From what pydantic says about a value to a fault that a person can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from filterdns.errors import Fault, FilterdnsError
from filterdns.yaml_lines import Document, Path

_MOST_SHOWN = 60  # characters of a wrong value that are worth showing
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping (key: value)",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "list_type": "a list (one value a line, each after a dash)",
    "model_type": "a mapping (key: value)",
    "string_type": "a text",
}


class Misfit(FilterdnsError, ValueError):
    """A value that cannot be read; the fields of `Fault` without the place, which only the loader knows."""

    def __init__(self, expected: str, got: str, remedy: str = "") -> None:
        self.expected, self.got, self.remedy = expected, got, remedy
        super().__init__(f"expected {expected}, got {got}")


def shown(value: Any) -> str:
    """A value of the file as faults show it: quoted if it is text, cut if it is long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping" if value else "an empty mapping"
        case list():
            return "a list" if value else "an empty list"
        case str() if len(value) > _MOST_SHOWN:
            return f'"{value[:_MOST_SHOWN]}..."'
        case str():
            return f'"{value}"'
        case _:
            return str(value)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for a known word that is close, else the known words."""
    words = sorted(known)
    near = difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else f"known are: {', '.join(words)}" if words else ""


def faults_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Fault]:
    """Each error of one validation as a fault with its line, in the order of the file."""
    faults = [_fault(row, document, model) for row in error.errors(include_url=False)]
    return sorted(faults, key=_line)


def _line(fault: Fault) -> int:
    number = fault.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _fault(row: Any, document: Document, model: type[BaseModel]) -> Fault:
    kind, value, context = row["type"], row["input"], row.get("ctx", {})
    path: Path = tuple(step for step in row["loc"] if step != "[key]")
    if kind == "missing":
        return document.fault(path, "a value", "nothing", f"add the key {path[-1]}")
    # A text that stands for a mapping (`- 192.0.2.1` for `- address: 192.0.2.1`) has no line of its own.
    while path and path not in document.lines:
        path = path[:-1]
    if kind == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        return document.fault(path, "a known key", shown(path[-1]), did_you_mean(str(path[-1]), known))
    misfit = context.get("error")
    if isinstance(misfit, Misfit):
        return document.fault(path, misfit.expected, misfit.got, misfit.remedy)
    if "actual_length" in context:
        bound = f"at least {context['min_length']}" if "min_length" in context else f"at most {context['max_length']}"
        return document.fault(path, f"{bound} of them", str(context["actual_length"]))
    if "ge" in context:
        return document.fault(path, f"at least {context['ge']}", shown(value))
    if "le" in context:
        return document.fault(path, f"at most {context['le']}", shown(value))
    remedy = "delete the line to have the default" if value is None else ""
    return document.fault(path, _EXPECTED.get(kind, row["msg"]), shown(value), remedy)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model knows at a path of the file."""
    here: Any = model
    for step in path:
        here = _fields(here)[step].annotation if _fields(here) else get_args(here)[-1]
        while get_origin(here) is Annotated:
            here = get_args(here)[0]
    return list(_fields(here))


def _fields(annotation: Any) -> dict[Any, Any]:
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation.model_fields if is_model else {}
