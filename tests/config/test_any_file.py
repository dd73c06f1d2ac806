"""Whatever stands in the file: settings or faults, nothing else."""

from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filterdns.config.loader import load
from filterdns.config.model import File, Profile
from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import CategoryTable
from filterdns.yaml_lines import load_yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
WORDS = st.sampled_from(
    [
        *(*File.model_fields, *Profile.model_fields, "address", "tcp", "rates", "A", "CNAME"),
        *("adult", "kids", "lan", "10.0.0.0/8", "::1", "192.0.2.1", "192.0.2.1:53", "[::1]:53"),
        *("mon-fri", "15:00-18:00", "time", "page", "null", "Asia/Bangkok"),
    ]
)
SCALARS = st.one_of(WORDS, st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=4)
)
FILES = st.dictionaries(st.sampled_from([*File.model_fields, "nonsense"]), VALUES, max_size=6)
FREE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def outcome(file: Path, table: CategoryTable) -> None:
    faults: tuple[Fault, ...] = ()
    try:
        load(file, table)
    except DataFault as fault:
        faults = fault.faults or (Fault("", "", "", ""),)
    for row in faults:
        assert row.where.startswith(str(file))
        assert row.expected
        assert row.got


def places(value: Any) -> list[tuple[Any, Any]]:
    """(container, key) of everything in a document."""
    found: list[tuple[Any, Any]] = []
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found += [(value, key), *places(value[key])]
    return found


@FREE
@given(FILES)
def test_any_mapping_is_settings_or_faults(tmp_path: Path, table: CategoryTable, data: dict[str, Any]) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    outcome(file, table)


@FREE
@given(st.binary(max_size=200))
def test_any_octets_are_settings_or_faults(tmp_path: Path, table: CategoryTable, octets: bytes) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(octets)
    outcome(file, table)


@FREE
@given(st.sampled_from(["home.yaml", "school.yaml"]), st.integers(0, 10_000), VALUES)
def test_any_change_of_an_example_is_settings_or_faults(
    tmp_path: Path, table: CategoryTable, example: str, where: int, value: Any
) -> None:
    data = load_yaml((DEPLOY / example).read_text(encoding="utf-8"), example).data
    found = places(data)
    container, key = found[where % len(found)]
    container[key] = value
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    outcome(file, table)
