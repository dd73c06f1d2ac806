"""YAML that people write: values as they stand in the file, and the line that each stands on.

Stricter than YAML 1.1, which PyYAML reads: a key twice in one mapping, an alias or a tag is a fault; only `null`,
`true`, `false` and decimal numbers are more than text, so that `NO`, `on`, `21:30`, `0777` and `2030-03-03` stay what
the person typed.  Keys are always text.  libyaml does the scanning where PyYAML was built with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from filterdns.errors import DataFault, Fault

Path = tuple[str | int, ...]

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FRACTION = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_ODD_BREAKS = frozenset("\x85\u2028\u2029")
_MOST_INTEGER_DIGITS = 18  # int() of a long text costs quadratic time


class _Loader(_BASE):  # type: ignore[misc]
    """A loader that only composes nodes: no plain scalar is given a type of YAML 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file: its data (dict, list, str, int, float, bool, None) and the line of each value.

    The line of a mapping's entry is that of its key, the line of a sequence's item that of its first character.
    """

    file: str
    data: Any
    lines: dict[Path, int] = field(repr=False)

    def where(self, path: Path = ()) -> str:
        """`file:line` of the value at this path, or of the nearest one above it that is there."""
        line = self.line(path)
        return f"{self.file}:{line}" if line else self.file

    def line(self, path: Path = ()) -> int:
        """The line of the value at this path, or of the nearest one above it that is there; 0 in an empty file."""
        for length in range(len(path), -1, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return line
        return 0

    def fault(self, path: Path, expected: str, got: str, remedy: str = "") -> Fault:
        """A fault of the value at this path."""
        return Fault(self.where(path), path_text(path), expected, got, remedy)


def path_text(path: Path) -> str:
    """A path as people read it: `upstreams[1].port`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def load_yaml(text: str, file: str) -> Document:
    """Read one YAML document; `file` is how the faults name it.

    Raises DataFault with the first fault of syntax, or with all duplicate keys, aliases and tags at once.
    """
    reading = _Reading(file)
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
        data = None if root is None else reading.value(root, ())
    except yaml.YAMLError as error:
        raise DataFault([_syntax_fault(error, file)]) from error
    except RecursionError as error:
        raise DataFault([Fault(file, "", "values nested a few levels deep", "hundreds of levels")]) from error
    if reading.faults:
        raise DataFault(reading.faults)
    return Document(file, data, reading.lines)


def render_yaml(data: Any) -> str:
    """A YAML text that `load_yaml` reads back as the same mappings, lists, texts, whole numbers, true and false."""
    text: str = yaml.safe_dump(data, allow_unicode=not _has_odd_breaks(data), sort_keys=False, width=100_000)
    return text


def _has_odd_breaks(data: Any) -> bool:
    """Whether a text in the data has line breaks of Unicode: PyYAML writes those plainly and reads them as spaces."""
    if isinstance(data, str):
        return not _ODD_BREAKS.isdisjoint(data)
    if isinstance(data, dict):
        return any(_has_odd_breaks(part) for item in data.items() for part in item)
    return isinstance(data, list) and any(map(_has_odd_breaks, data))


def _syntax_fault(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "something else"
    return Fault(f"{file}:{mark.line + 1}" if mark else file, "", "YAML", str(problem))


class _Reading:
    """Nodes of one document on their way to values."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def value(self, node: Any, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen:
            return self._refuse(line, path, "a value", "an alias (*name)", "write the value out")
        self._seen.add(id(node))
        if node.tag not in (_TEXT, _MAPPING, _SEQUENCE):
            return self._refuse(line, path, "a value without a tag", repr(node.tag), "leave the tag out")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return node.value if node.style else _plain(node.value)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(line, path, "a text as key", "a list or a mapping")
                continue
            key = key_node.value
            if key in mapping:
                first = self.lines[(*path, key)]
                self._refuse(line, (*path, key), "a key once", f"it again (first on line {first})", "delete one")
                continue
            self.lines[(*path, key)] = line
            mapping[key] = self.value(value_node, (*path, key))
        return mapping

    def _refuse(self, line: int, path: Path, expected: str, got: str, remedy: str = "") -> None:
        self.faults.append(Fault(f"{self.file}:{line}", path_text(path), expected, got, remedy))


def _plain(text: str) -> Any:
    """An unquoted scalar: YAML 1.2's core schema without octal, hexadecimal, infinities and capitals."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) <= _MOST_INTEGER_DIGITS:
        return int(text)
    return float(text) if _FRACTION.match(text) else text
