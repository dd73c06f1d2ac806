"""Whose names anybody may read in a row, and which files of people's decisions have names that are not for that.

Names of OPEN categories, and what is protected, stand in the clear wherever the log and the publisher name them. Those
of HASHED and COUNTED categories are told to whoever asks for the very name, and are in no file that is a menu.
"""

from __future__ import annotations

from collections.abc import Collection

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.own_data import OwnData
from filterdns.lists.sources import SourceFile
from filterdns.log.names.leaves import OPEN, PROTECTIONS


def open_categories(table: CategoryTable) -> frozenset[str]:
    """Those whose names are published as they are."""
    return frozenset({*PROTECTIONS, *(row.id for row in table.categories if row.publication == OPEN)})


def is_shown(categories: Collection[str], shown: frozenset[str]) -> bool:
    """Whether a name may stand in the clear that something is decided about in these categories; () is all of them."""
    return not categories or not shown.isdisjoint(categories)


def names_are_shown(source: SourceFile, own: OwnData) -> bool:
    """Whether every name in a file of listings or allowances may stand in the clear; other files name none."""
    shown = open_categories(own.table)
    if source.kind == "yaml":
        return source.subject in shown
    return all(is_shown(each.categories, shown) for each in own.allowances if each.source == source.name)
