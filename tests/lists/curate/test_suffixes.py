"""Names under which strangers register are known; `test_below` finds them among many."""

from __future__ import annotations

import pytest

from filterdns.lists.curate.suffixes import PublicSuffixes

RULES = """// ===BEGIN ICANN DOMAINS===
com
co.uk   // with a comment
*.ck
!www.ck
公司.cn

github.io
compute.cloud.example
*.compute.cloud.example
a..b
"""
SUFFIXES = PublicSuffixes(RULES.splitlines())


@pytest.mark.parametrize(
    ("name", "shared"),
    [("com", True), ("co.uk", True), ("ck", True), ("any.ck", True), ("www.ck", False), ("a.any.ck", False),
     ("github.io", True), ("a.github.io", False), ("compute.cloud.example", True), ("cloud.example", True),
     ("x.cloud.example", False), ("x.compute.cloud.example", True), ("example.com", False), ("xn--55qx5d.cn", True)],
)  # fmt: skip
def test_names_under_which_strangers_register_are_known(name: str, shared: bool) -> None:
    assert SUFFIXES.holds(name.encode()) is shared
