"""Releases of a log, and what was made again held against their entries: the roots of the name trees."""

from __future__ import annotations

from collections.abc import Iterator

from filterdns.log.checking.replay import Logged, Replayed
from filterdns.log.names.tree_making import make_name_trees
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import RELEASE, read_entry


def read_releases(reader: TreeReader, last: int = 0) -> Iterator[Logged]:
    """The releases that the log has, in its order, up to and with the one of number `last`, or all. Raises LogFault."""
    for index, octets in enumerate(reader.entries(0, reader.size)):
        if b'"type":"release"' not in octets:
            continue
        entry = read_entry(octets, index)
        if entry.type == RELEASE and not 0 < last < entry.fields["number"]:
            yield Logged(entry.fields["number"], entry.fields["manifest"], entry, index)


def unlike_roots(logged: Logged, replayed: Replayed) -> list[str]:
    """In what the name trees of a release that was made again are not those of its entry. Raises IndexFault.

    Takes seconds for a million names, and writes the file of the trees into its folder.
    """
    release, own = replayed.release, replayed.own
    if logged.entry is None or release is None or own is None:
        return []
    made = make_name_trees(release.folder, release.manifest, own.table)
    said = {tree["category"]: tree for tree in logged.entry.fields["trees"] if tree["root"]}
    lines = [
        f"name tree {row.category}: expected {said.get(row.category)}, got {row.fields()}"
        for row in made.trees
        if said.pop(row.category, None) != row.fields()
    ]
    lines += [f"name tree {category}: expected {tree}, got none" for category, tree in said.items()]
    if logged.entry.fields["salt"] != made.salt.hex():
        lines.append(f"salt: expected {logged.entry.fields['salt']}, got {made.salt.hex()}")
    return lines
