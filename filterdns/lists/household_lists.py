"""What a household decides about lists: some of its own, and which ones are on. Changed here, read by `recipes_file`.

overlay/sources/household.yaml    the lists that it added, in the layout of every other file of recipes
overlay/sources/choices.yaml      identifier: on or off

Both are rewritten whole, so comments that somebody put into them are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import Fields
from filterdns.lists.parse import recipes
from filterdns.lists.parse.recipes import HOUSEHOLD_KEEPER, MOST_ID_CHARACTERS, Layer
from filterdns.lists.read_file import read_yaml
from filterdns.lists.recipe import AUTO, ON, Recipe
from filterdns.lists.sources import CHOICES, HOUSEHOLD, OVERLAY
from filterdns.lists.store_file import one_writer, store_file
from filterdns.yaml_lines import load_yaml, render_yaml

_COMMENT = "# Written by filterdns. Change it while nothing else does, or use `filterdns lists sources`.\n"
_not_in_ids = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class NewList:
    """A list that a household wants: an address, or the path of a file or folder from the root."""

    address: str
    category: str
    title: str = ""  # its host or file name if empty
    format: str = AUTO
    subdomains: bool = True
    plain_http: str = ""  # why an address without TLS is trusted all the same


def add_household_list(overlay: Path, new: NewList, table: CategoryTable, taken: Collection[str]) -> Recipe:
    """Add a list, switched on; returns its recipe with the identifier that it got. `taken`: those of all other lists.

    Raises DataFault if it would be no list, and nothing is written then; StateFault if the disk refuses.
    """
    path = _household_file(overlay)
    address, title, plain_http = map(_in_utf8, (new.address, new.title, new.plain_http))
    new = replace(new, address=address, title=title, plain_http=plain_http)
    with one_writer(path.parent):
        page = _load_page(path)
        lists = page["lists"]
        place = _place(new.address)
        id_ = _free_id(place, {*taken, *(str(entry.get("id")) for entry in lists)})
        entry: dict[str, Any] = {"id": id_, "title": {"en": new.title.strip() or place}, "category": new.category}
        if new.address.startswith("/"):
            entry["path"] = new.address
        else:
            entry["urls"] = [new.address]
        if new.plain_http:
            entry["plain_http"] = new.plain_http
        entry |= {"format": new.format, "subdomains": new.subdomains, "switch": ON}
        lists.append(entry)
        recipes_then = _store_page(path, page, table)
    return next(recipe for recipe in recipes_then if recipe.id == id_)


def remove_household_list(overlay: Path, id_: str, table: CategoryTable) -> None:
    """Forget a list that the household added, and what it chose about it.

    Raises DataFault if the household added none of this identifier, StateFault if the disk refuses.
    """
    path = _household_file(overlay)
    with one_writer(path.parent):
        page = _load_page(path)
        kept = [entry for entry in page["lists"] if entry.get("id") != id_]
        if len(kept) == len(page["lists"]):
            remedy = f"delete the file overlay/{id_}" if id_.startswith("own/") else "turn it off instead"
            raise DataFault([Fault(str(path), "lists", "a list that this household added", f'"{id_}"', remedy)])
        page["lists"] = kept
        _store_page(path, page, table)
    store_choices(overlay, {id_: None})


def store_choices(overlay: Path, changes: Mapping[str, bool | None]) -> None:
    """Turn lists on (True) or off (False), or back to what they are by themselves (None).

    Raises DataFault if the file that is there cannot be read, StateFault if the disk refuses.
    """
    path = overlay / "sources" / CHOICES
    with one_writer(path.parent):
        chosen = _load_mapping(path)
        before = dict(chosen)
        for id_, on in changes.items():
            chosen.pop(id_, None)
            if on is not None:
                chosen[id_] = "on" if on else "off"
        if chosen != before:
            store_file(path, (_COMMENT + render_yaml(chosen)).encode())


def _household_file(overlay: Path) -> Path:
    return overlay / "sources" / HOUSEHOLD


def _load_page(path: Path) -> dict[str, Any]:
    """The file of the household's lists as it stands, or a new one."""
    page = _load_mapping(path) or {"keeper": {"name": HOUSEHOLD_KEEPER}, "redistribute": False}
    lists = page.setdefault("lists", [])
    if not isinstance(lists, list) or not all(isinstance(entry, dict) for entry in lists):
        raise DataFault([Fault(str(path), "lists", "a list of mappings", "something else", "mend the file first")])
    return page


def _load_mapping(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    document = read_yaml(path)
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        raise DataFault([document.fault((), "a mapping", "something else", "mend the file first")])
    return document.data


def _store_page(path: Path, page: dict[str, Any], table: CategoryTable) -> list[Recipe]:
    """Write the page if every list of it is one, and give them back."""
    text = _COMMENT + render_yaml(page)
    fields = Fields(load_yaml(text, str(path)))
    parsed = recipes.parse(fields, table, f"{OVERLAY}sources/{HOUSEHOLD}", Layer.HOUSEHOLD)
    found = [recipe for _, recipe in parsed]
    if fields.faults:
        raise DataFault(fields.faults)
    store_file(path, text.encode())
    return found


def _in_utf8(text: str) -> str:
    """A text without the halves of surrogate pairs that forms can send and no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _place(address: str) -> str:
    """The host of an address, or the last part of a path: what people would call the list."""
    if address.startswith("/"):
        return Path(address).name or "files"
    try:
        return urlsplit(address).hostname or "list"
    except ValueError:
        return "list"


def _free_id(place: str, taken: set[str]) -> str:
    """An identifier that says where the list is from and that no other list has."""
    base = _not_in_ids.sub("-", place.lower()).strip("-")[: MOST_ID_CHARACTERS - 8].strip("-") or "list"
    id_, number = base, 2
    while id_ in taken:
        id_, number = f"{base}-{number}", number + 1
    return id_
