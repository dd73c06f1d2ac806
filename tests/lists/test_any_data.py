"""Whatever people write, they are told of it: no text brings the reading down."""

from __future__ import annotations

import copy
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.lint import lint
from filterdns.yaml_lines import load_yaml, render_yaml
from tests.lists.written import write_right_folder

FILES = (
    *("own/gambling", "protected/p1", "holds", "allow/appeals", "services/games", "sources/uni", "categories"),
    *("shared/hosts", "shared/popular", "shared/safe_search"),
)
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(
        ["", "2030-02-30", "a..example", "x" * 3_000, "https://[", "0000-00-00", "all", "on", "com", "🦊.example"]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.lists(st.integers(0, 3) | st.just("a.example"), max_size=3),
    st.dictionaries(st.sampled_from(["name", "en", "kind", "zz"]), st.just("x"), max_size=2),
)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory, table: CategoryTable) -> Path:
    folder = tmp_path_factory.mktemp("shipped")
    source = Path(__file__).resolve().parents[2] / "lists" / "categories.yaml"
    (folder / "categories.yaml").write_bytes(source.read_bytes())
    write_right_folder(folder, table)
    return folder


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value."""
    found = [path]
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        found += places(value, (*path, key))
    return found


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(data)
    part = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return changed


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_value_in_any_place_is_read_or_told(right: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    whole = load_yaml((right / f"{name}.yaml").read_text(encoding="utf-8"), name).data
    path = data.draw(st.sampled_from(places(whole)))
    with tempfile.TemporaryDirectory() as temporary:
        overlay = Path(temporary)
        broken = put(whole, path, data.draw(odd))
        if name == "categories":
            (overlay / "categories.yaml").write_text(render_yaml(broken), encoding="utf-8")
            lint(overlay, None, date(2026, 11, 24))
            return
        file = overlay / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(render_yaml(broken), encoding="utf-8")
        report = lint(right, overlay, date(2026, 11, 24))
        assert all(fault.where.startswith(str(overlay)) for fault in report.faults)
