"""How long files and functions are, what they say of themselves, and which words are not used."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import PACKAGE, ROOT, Module, functions, modules

MOST_LINES = 400
MOST_LINES_OF_A_HOT_FUNCTION = 30

# design.md, "Words". Whole words of an identifier: `unhandled` and `processor` are other words.
BANNED = {
    *("blacklist", "whitelist", "black", "white", "fqdn", "utils", "util", "helper", "helpers", "common", "manager"),
    *("handle", "handler", "process"),
}

# Methods of the standard library, and of SQLAlchemy's types, that a class of ours replaces.
NOT_OURS = {"handle_error", "process_bind_param", "process_result_value"}


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def own_names(module: Module) -> list[tuple[str, int]]:
    """Names that we chose: of modules, classes, functions, arguments and variables."""
    names = [(module.name.rsplit(".", 1)[-1], 1)]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append((node.name, node.lineno))
        elif isinstance(node, ast.arg):
            names.append((node.arg, node.lineno))
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.append((node.id if isinstance(node, ast.Name) else node.attr, node.lineno))
    return names


def words(identifier: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)]


def test_files_hold_one_idea() -> None:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    faults = [f"{file.relative_to(ROOT)}: {length} lines" for file, length in lengths.items() if length > MOST_LINES]
    assert not faults, "\n".join(faults)


def test_functions_of_the_hot_path_are_short() -> None:
    faults = [
        f"{module}:{function.lineno} {function.name}: {lines_of_code(function)} lines"
        for module in modules().values()
        if module.doc.startswith("Hot path")
        for function in functions(module.tree)
        if lines_of_code(function) > MOST_LINES_OF_A_HOT_FUNCTION
    ]
    assert not faults, "\n".join(faults)


def test_every_package_says_what_it_is() -> None:
    folders = {file.parent for file in PACKAGE.rglob("*.py") if "templates" not in file.parts}
    missing = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()]
    silent = [str(module) for module in modules().values() if module.is_package and len(module.doc) < 60]
    assert not missing, f"no __init__.py in {missing}"
    assert not silent, f"no docstring that says what it is: {silent}"


def test_banned_words_are_not_names() -> None:
    faults = [
        f"{module}:{line} {name}"
        for module in modules().values()
        for name, line in own_names(module)
        if BANNED & set(words(name)) and name not in NOT_OURS
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("word", ["black" + "list", "white" + "list"])
def test_lists_are_not_called_by_colours(word: str) -> None:
    pattern = re.compile(word, re.IGNORECASE)
    folders = ("filterdns", "lists", "deploy", "tests")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    files += [*ROOT.glob("*.md"), *ROOT.glob("*.toml")]
    faults = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        if file.suffix in {".py", ".md", ".yaml", ".html", ".css", ".toml", ".service", ".socket"}
        and file != ROOT / "tests/architecture/test_shape.py"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(re.sub(r"https://\S+", "", line))  # addresses of others are as they are
    ]
    assert not faults, "\n".join(faults)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(file.name[:4]) for file in (PACKAGE / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
