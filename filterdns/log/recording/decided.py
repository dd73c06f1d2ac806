"""Everything that people decided, as it stands now: by kind and key what it is about, and its whole statement.

The statement is the public statement of reasons (requirements section 4.3) as data, under the words of the lists'
files.  It has `kind` and `key`, so that who has the log and its statements knows which one follows which.  There is no
person in it but pseudonyms and roles, and no path of this machine.

What a household added for itself, lists and switches of its own, is not here: it never enters a log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.curate.finding import PERSON
from filterdns.lists.listing import Listing
from filterdns.lists.own_data import OwnData
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.recipe import Recipe
from filterdns.lists.revocations import Revocation
from filterdns.lists.sources import CATEGORIES
from filterdns.lists.standing import ACCEPTED, ASKED_AGAIN, KEPT_OLD, ROLLED_BACK, UNDONE, Decision, Standings
from filterdns.log.record.shown import is_shown, open_categories

LISTING, ALLOWANCE, PROTECTED, HOLD, SHARED_HOST = "listing", "allowance", "protected", "hold", "shared_host"
SOURCE, COPY, REVOCATION, TAXONOMY = "source", "copy", "revocation", "taxonomy"
KINDS = (LISTING, ALLOWANCE, PROTECTED, HOLD, SHARED_HOST, SOURCE, COPY, REVOCATION, TAXONOMY)

DECIDED = "decided"  # the basis of what is no listing and no allowance
EXACT, SUBDOMAINS = "exact", "subdomains"

_OF_COPIES = (
    ACCEPTED,
    KEPT_OLD,
    ASKED_AGAIN,
    UNDONE,
    ROLLED_BACK,
)  # a switch is a choice, which stands as long as it is

Key = tuple[str, str]
"""Kind and key; a key is made of words without spaces, joined by spaces."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One thing that was decided. `fields`: what an entry says of it besides kind, action and statement.

    `is_open`: whether anybody may read the statement, and the entry names the name.
    """

    kind: str
    key: str
    fields: Mapping[str, str]
    statement: Mapping[str, Any]
    is_open: bool = True


def decided(own: OwnData, standings: Standings) -> dict[Key, Decided]:
    """All of it but revocations, in a fixed order."""
    return _keyed(_all(own, standings, open_categories(own.table)))


def revoked(table: CategoryTable, revocations: Iterable[Revocation]) -> dict[Key, Decided]:
    """What is revoked beside the releases."""
    is_open = open_categories(table)
    return _keyed(_revocation(revocation, is_open) for revocation in revocations)


def _keyed(all_: Iterable[Decided]) -> dict[Key, Decided]:
    """By kind and key; of two with the same key the second is numbered."""
    found: dict[Key, Decided] = {}
    for each in all_:
        number, key = 1, each.key
        while (each.kind, key) in found:
            number += 1
            key = f"{each.key} {number}"
        found[each.kind, key] = replace(each, key=key, statement={**each.statement, "key": key})
    return found


def _all(own: OwnData, standings: Standings, is_open: frozenset[str]) -> Iterator[Decided]:
    yield _taxonomy(own)
    for level in (own.p1, own.p2):
        yield from (_listing(PROTECTED, name, listing, is_open) for name, listing in level.items())
    yield from (_listing(HOLD, name, listing, is_open) for name, listing in own.holds)
    yield from _shared(own)
    recipes = [recipe for recipe in own.recipes.all if not recipe.household]
    yield from map(_source, recipes)
    yield from (_switch(recipe, own.recipes.is_on(recipe)) for recipe in recipes if recipe.id in own.recipes.choices)
    yield from (_listing(LISTING, name, listing, is_open) for name, listing in own.listings)
    yield from (_allowance(allowance, is_open) for allowance in own.allowances)
    for recipe in recipes:
        events = standings.of(recipe.id).history
        by_people = (event for event in events if event.by == PERSON and event.what in _OF_COPIES)
        yield from (_copy(recipe, event, is_open) for event in by_people)


def _decided(
    kind: str, key: Iterable[str], fields: Mapping[str, str], said: Mapping[str, Any], is_open: bool = True
) -> Decided:
    """`said`: what the statement has besides kind and key; what is empty is left out."""
    joined = " ".join(key)
    statement = {"v": 1, "kind": kind, "key": joined, **{word: value for word, value in said.items() if value != ""}}
    shown = {word: text for word, text in fields.items() if is_open or word not in ("name", "scope")}
    return Decided(kind, joined, shown, statement, is_open)


def _taxonomy(own: OwnData) -> Decided:
    table = own.table
    said = {"version": table.version, "consulted": table.consulted, "sha256": own.inputs[CATEGORIES]}
    return _decided(TAXONOMY, ("taxonomy",), {"category": "", "basis": DECIDED}, said)


def _listing(kind: str, name: bytes, listing: Listing, is_open: frozenset[str]) -> Decided:
    """A listing of ours, a protected name or a hold: the same statement, under another kind."""
    text = name.decode()
    said: dict[str, Any] = {"name": text, **listing.details()}
    fields = {"name": text, "scope": said["scope"], "category": listing.category, "basis": listing.basis}
    renewed = listing.listed_on.isoformat() if kind == HOLD and listing.listed_on else ""
    key = filter(None, (listing.category, text, listing.source, renewed))
    return _decided(kind, key, fields, said, listing.category in is_open)


def _allowance(allowance: Allowance, is_open: frozenset[str]) -> Decided:
    text, categories = allowance.name.decode(), sorted(allowance.categories)
    scope = _scope(allowance.subdomains)
    said = {
        "name": text,
        "scope": scope,
        "categories": categories,
        "basis": allowance.kind,
        "reason": dict(allowance.reason),
        "decided_on": allowance.decided_on.isoformat(),
        "decided_by": allowance.decided_by,
        "until": _day(allowance.until),
        "source": allowance.source,
    }
    fields = {"name": text, "scope": scope, "category": _only(categories), "basis": allowance.kind}
    key = (text, allowance.source, allowance.kind, allowance.decided_on.isoformat())
    return _decided(ALLOWANCE, key, fields, said, is_shown(categories, is_open))


def _shared(own: OwnData) -> Iterator[Decided]:
    """Names that many share, the categories that popular ones may be listed in, and targets of safe search."""
    for name, host in own.shared_hosts.items():
        yield _shared_host(name, {"shared": "host", "of": host.kind, "why": dict(host.why), "source": host.source})
    for name, parent in own.popular.items():
        approved = sorted(parent.approved_for)
        said = {"shared": "popular", "of": parent.kind, "approved_for": approved, "source": parent.source}
        yield _shared_host(name, said)
    for name in sorted(own.safe_search):
        yield _shared_host(name, {"shared": "safe_search"})


def _shared_host(name: bytes, said: Mapping[str, Any]) -> Decided:
    text = name.decode()
    fields = {"name": text, "scope": EXACT, "category": "", "basis": DECIDED}
    return _decided(SHARED_HOST, (said["shared"], text), fields, {"name": text, "scope": EXACT, **said})


def _source(recipe: Recipe) -> Decided:
    said = {
        "source": recipe.id,
        "title": recipe.title,
        "category": recipe.category,
        "keeper": recipe.keeper.name,
        "contact": recipe.keeper.contact,
        "removal": recipe.keeper.removal,
        "home": recipe.home,
        "called_there": recipe.called_there,
        "urls": list(recipe.urls),
        "plain_http": recipe.plain_http,
        "format": recipe.format,
        "licence": recipe.licence,
        "licence_url": recipe.licence_url,
        "redistribute": recipe.redistribute,
        "scope": _scope(recipe.subdomains),
        "scope_reason": dict(recipe.subdomains_reason),
        "trusted_because": dict(recipe.trusted_because),
        "about": dict(recipe.about),
        "least": recipe.least,
        "most": recipe.most,
        "update_hours": recipe.update_hours,
        "switch": recipe.switch,
        "recommended": recipe.recommended,
        "protected_allowance": recipe.protected_allowance,
    }
    return _decided(SOURCE, (recipe.id,), _of_source(recipe), said)


def _switch(recipe: Recipe, on: bool) -> Decided:
    """What the keepers of an installation chose, against or beside what the recipe says by itself."""
    said = {"source": recipe.id, "category": recipe.category, "on": on}
    return _decided(SOURCE, (recipe.id, "switch"), _of_source(recipe), said)


def _copy(recipe: Recipe, event: Decision, is_open: frozenset[str]) -> Decided:
    """What a person decided about one copy of a list. The guard's words may name names of it: of HASHED ones none."""
    said = {
        "source": recipe.id,
        "category": recipe.category,
        "what": event.what,
        "decided_at": event.at,
        "sha256": event.sha256,
        "words": event.words if recipe.category in is_open else "",
    }
    return _decided(COPY, (recipe.id, event.at, event.what), _of_source(recipe), said)


def _revocation(revocation: Revocation, is_open: frozenset[str]) -> Decided:
    text, categories = revocation.name.decode(), sorted(revocation.categories)
    scope = _scope(revocation.subdomains)
    said = {
        "name": text,
        "scope": scope,
        "categories": categories,
        "basis": revocation.kind,
        "reason": {"en": revocation.reason} if revocation.reason else {},
        "since": revocation.since,
        "until": revocation.until,
    }
    fields = {"name": text, "scope": scope, "category": _only(categories), "basis": revocation.kind}
    key = (text, revocation.kind, ",".join(categories) or "all")
    return _decided(REVOCATION, key, fields, said, is_shown(categories, is_open))


def _of_source(recipe: Recipe) -> dict[str, str]:
    return {"category": recipe.category, "source": recipe.id, "basis": DECIDED}


def _only(categories: Collection[str]) -> str:
    """The category, if there is one alone: an entry has room for no more."""
    return next(iter(categories)) if len(categories) == 1 else ""


def _scope(subdomains: bool) -> str:
    return SUBDOMAINS if subdomains else EXACT


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
