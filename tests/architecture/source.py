"""The source of filterdns as these tests see it: every module, its tree and what it imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "filterdns"


@dataclass(frozen=True)
class Import:
    """One imported module, or a name taken from it; `typing_only` stands under `if TYPE_CHECKING`."""

    module: str
    name: str | None
    line: int
    typing_only: bool


@dataclass(frozen=True)
class Module:
    """One file of ours."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def imports(self) -> tuple[Import, ...]:
        return tuple(_imports(self))

    @property
    def doc(self) -> str:
        return ast.get_docstring(self.tree) or ""

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def modules() -> dict[str, Module]:
    """Dotted name -> module, for each file below filterdns."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, text, ast.parse(text, str(path)))
    return found


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def within(module: str, prefix: str) -> bool:
    """Whether a dotted name is the prefix or lies below it."""
    return module == prefix or module.startswith(prefix + ".")


def _imports(module: Module) -> list[Import]:
    typing_only = {
        id(child)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for child in ast.walk(statement)
    }
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, None, node.lineno, id(node) in typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:  # our own code uses absolute imports; a relative one is still seen
                base = module.name.split(".")
                base = base if module.is_package else base[:-1]
                source = ".".join([*base[: len(base) - node.level + 1], *([source] if source else [])])
            found += [Import(source, alias.name, node.lineno, id(node) in typing_only) for alias in node.names]
    return found


def imported_modules(module: Module) -> list[tuple[str, Import]]:
    """Full dotted name of each imported module; `from package import module` counts as that module."""
    known = modules()
    return [
        (f"{i.module}.{i.name}" if i.name and f"{i.module}.{i.name}" in known else i.module, i) for i in module.imports
    ]
