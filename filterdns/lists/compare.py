"""What came and what went between two releases, name by name, in little memory whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import zip_longest

from filterdns.errors import IndexFault
from filterdns.lists.changes import read_changes
from filterdns.lists.countries import country_of
from filterdns.lists.names_of import CATEGORY, COUNTRY, Kinds, ListedNames
from filterdns.lists.release import DELTA, SEEN, Release
from filterdns.names import name_text

MOST_WAITING = 100_000  # names of which the other release has not come to its own yet, 150 octets or so each

CAME, WENT = "+", "-"

Difference = tuple[str, str, str]
"""(CAME or WENT, what the name came into or went out of, the name)."""

_Keys = Callable[[Kinds, bytes], frozenset[str]]
_Waiting = dict[bytes, frozenset[str]]


def differences(old: Release, new: Release, by: Sequence[str]) -> Iterator[Difference]:
    """What came and what went, by fields of a listing (`names_of.BY`). Raises IndexFault where one is damaged."""
    return _noted(new) if tuple(by) == (CATEGORY,) and _has_noted(old, new) else compare(old, new, by)


def compare(old: Release, new: Release, by: Sequence[str]) -> Iterator[Difference]:
    """The same from the names of both, whatever the newer one has noted itself.

    Both are in the same order, as long as nobody changes how a release is laid out; names that wait for long because
    they are not are looked up.
    """
    before, after = ListedNames(old), ListedNames(new)
    keys = _keys(by)
    went: _Waiting = {}
    came: _Waiting = {}
    for left, right in zip_longest(before.walk(), after.walk()):
        if left and right and left[0] == right[0]:
            yield from _changed(left[0], keys(left[1], left[0]), keys(right[1], left[0]))
            continue
        if left:
            yield from _meet(left[0], keys(left[1], left[0]), came, went, CAME)
        if right:
            yield from _meet(right[0], keys(right[1], right[0]), went, came, WENT)
        if len(went) + len(came) > MOST_WAITING:
            yield from _looked_up(went, after, came, before, keys)
    yield from _looked_up(went, after, came, before, keys)


def _keys(by: Sequence[str]) -> _Keys:
    """What a name is told by, from its kinds and itself; it looks at the name only where a country is asked for."""
    of_kinds = cache(lambda kinds, country: kinds.keys(by, country))
    if COUNTRY in by:
        return lambda kinds, wire: of_kinds(kinds, country_of(wire))
    return lambda kinds, wire: of_kinds(kinds, "")


def _meet(wire: bytes, keys: frozenset[str], theirs: _Waiting, ours: _Waiting, sign: str) -> Iterator[Difference]:
    """Take a name of one release: it waits for the other's, or that has waited for it. `sign`: what theirs are then."""
    other = theirs.pop(wire, None)
    if other is None:
        ours[wire] = keys
    else:
        yield from _changed(wire, *((keys, other) if sign == CAME else (other, keys)))


def _looked_up(
    went: _Waiting, after: ListedNames, came: _Waiting, before: ListedNames, keys: _Keys
) -> Iterator[Difference]:
    """All that wait. Each name of a release is told of once, so its counterpart may still come."""
    for wire, then in went.items():
        yield from _told(WENT, wire, then - keys(after.get(wire), wire))
    for wire, now in came.items():
        yield from _told(CAME, wire, now - keys(before.get(wire), wire))
    went.clear()
    came.clear()


def _changed(wire: bytes, then: frozenset[str], now: frozenset[str]) -> Iterator[Difference]:
    if then != now:
        yield from _told(WENT, wire, then - now)
        yield from _told(CAME, wire, now - then)


def _told(sign: str, wire: bytes, keys: frozenset[str]) -> Iterator[Difference]:
    for key in sorted(keys):
        yield sign, key, name_text(wire)


def _has_noted(old: Release, new: Release) -> bool:
    """Whether the newer one was made on the older, and notes of changed categories are all there is to tell."""
    manifest = new.manifest
    was_before = manifest.before == old.number and manifest.before_sha256 == old.manifest.files[SEEN].sha256
    return was_before and _protections(old) == _protections(new)


def _protections(release: Release) -> dict[str, str]:
    """What protects and what is held, which are no categories."""
    inputs = release.manifest.inputs
    return {name: sha256 for name, sha256 in inputs.items() if "protected/" in name or name.endswith("holds.yaml")}


def _noted(new: Release) -> Iterator[Difference]:
    path = new.folder / DELTA
    try:
        with path.open("rb") as file:
            yield from read_changes(file)
    except (OSError, ValueError) as error:
        raise IndexFault(f"{path}: expected what the release changed, got {error}") from error
