"""Who may propose and who may review listings of which category (requirements section 4.2), as far as data can hold it.

Kinds of partners, never persons.  A proposal may come from anybody; some partners propose in their own field alone.  A
reviewed listing in a category that needs a partner of the field has an approval by one.
"""

from __future__ import annotations

from collections.abc import Mapping

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryRow

# What a kind of proposer may propose; None is every category.
PROPOSES: Mapping[str, frozenset[str] | None] = {
    "child": None,
    "parent": None,
    "school": None,
    "policy": frozenset({"legal_order"}),
    "police": None,
    "health": None,
    "child_protection": None,
    "rights": None,  # privacy, security and rights experts
    "operator": None,
    "access_point": None,
    "company": None,
    "finance": frozenset({"fraud", "phishing"}),
    "academia": None,
    "alliance": None,
    "platform": None,
    "visitor": None,  # somebody who used a form and did not say more
    "reviewer": None,  # these two name their pseudonym, since they may not approve their own proposal
    "maintainer": None,
    "machine": None,  # proposes and never lists: two approvals whatever the basis
}
MACHINE = "machine"
NAMED_PROPOSERS = ("reviewer", "maintainer")

REVIEWERS = ("parent", "school", "health", "child_protection", "rights", "academia", "maintainer")

_REVIEWED_BY_PARENTS = "age_goods"  # and what may be over-used
_FIELD_OF = {
    "selfharm": "health",
    "image_abuse": "child_protection",
    "hate": "rights",
    "bypass_vpn": "rights",
    "bypass_encdns": "rights",
    "bypass_tor": "rights",
}


def may_propose(kind: str, category: str) -> bool:
    """Whether a partner of this kind may propose a listing in this category."""
    categories = PROPOSES[kind]
    return categories is None or category in categories


def may_review(role: str, category: CategoryRow) -> bool:
    """Whether a partner in this role may approve a listing in this category."""
    if role == "parent":
        return category.klass is Class.OVERUSE or category.id == _REVIEWED_BY_PARENTS
    return role in REVIEWERS


def get_needed_role(category: str) -> str | None:
    """The role that one approval of a reviewed listing must have; None if any will do."""
    return _FIELD_OF.get(category)
