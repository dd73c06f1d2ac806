"""What the README shows is what is read."""

from __future__ import annotations

import re
from pathlib import Path

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import Fields, read_entries
from filterdns.lists.parse import allow, own, recipes
from filterdns.lists.parse.recipes import Layer
from filterdns.lists.shipped import shipped_folder
from filterdns.yaml_lines import load_yaml


def examples(folder: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_examples_of_the_readme_have_no_fault(table: CategoryTable) -> None:
    listing, source, others = examples(shipped_folder())
    faults: list = []
    gambling = table.get("gambling")
    assert gambling is not None
    assert len(list(own.parse(read_entries(load_yaml(listing, "README"), faults), gambling, "README"))) == 1
    page = Fields(load_yaml(source, "README"), faults=faults)
    assert len(list(recipes.parse(page, table, "README", Layer.SHIPPED))) == 1
    allowance = others[: others.index("# protected/")]
    assert len(list(allow.parse(read_entries(load_yaml(allowance, "README"), faults), table, "README"))) == 1
    assert faults == []
