"""The table of partners names categories that there are."""

from __future__ import annotations

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.roles import (
    MACHINE,
    NAMED_PROPOSERS,
    PROPOSES,
    REVIEWERS,
    get_needed_role,
    may_propose,
    may_review,
)


def test_every_category_of_the_table_is_one(table: CategoryTable) -> None:
    known = {row.id for row in table.categories}
    assert all(categories <= known for categories in PROPOSES.values() if categories is not None)
    assert {row.id for row in table.categories if get_needed_role(row.id)} == {
        "selfharm", "image_abuse", "hate", "bypass_vpn", "bypass_encdns", "bypass_tor",
    }  # fmt: skip


def test_roles_are_kinds_of_partners() -> None:
    assert set(REVIEWERS) <= set(PROPOSES)
    assert {MACHINE, *NAMED_PROPOSERS} <= set(PROPOSES)


def test_partners_propose_in_their_field() -> None:
    assert may_propose("child", "hate")
    assert may_propose("finance", "fraud")
    assert not may_propose("finance", "gambling")
    assert not may_propose("policy", "hate")


def test_parents_review_what_is_for_families_to_judge(table: CategoryTable) -> None:
    reviewed = {row.id for row in table.categories if may_review("parent", row)}
    assert reviewed == {"social", "messaging", "games", "video", "age_goods"}
    assert not any(may_review("police", row) for row in table.categories)
    assert all(may_review("health", row) for row in table.categories)
