"""The lists that a home builds from: those of the program, with what its publisher decided in their place.

`own/`, `allow/`, `holds.yaml` and `sources/` are the publisher's as far as it is trusted (`scope`); what it is not
trusted for stays as the program brings it.  The taxonomy, services and shared names are always the program's, and a
name that the program protects stays protected whatever a publisher says.  An entry that would stop a build here is left
out and told: one that lists what is protected, one with a fault, one of a category that this version does not know.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import filterdns
from filterdns.errors import DataFault, Fault, LogFault, NameFault, StateFault
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.own_rules import OwnRules
from filterdns.lists.parse.entry import canonical_text
from filterdns.lists.parse.lines import read_name
from filterdns.lists.shipped import Base, composed_folder, store_base
from filterdns.lists.sources import CATEGORIES, DECISIONS, find_sources
from filterdns.lists.written import read_written
from filterdns.log.home.scope import FAULTY, Draft, LeftOut, Narrowing, Scope, category_of, label_of
from filterdns.log.offering.decisions import kind_of

KEPT = 3  # composed folders: as many as there are releases made of them

_MOST_ROUNDS = 8  # of leaving out what is at fault; each entry left out may show another fault
UNFINISHED = "unfinished"  # beside the composed folders: what is tried
_SHIPPED_ALONE = ("protected", "shared", "services")  # folders whose shipped files always stay


@dataclass(slots=True)
class Composition:
    """`files`: what lies in the folder of that digest. `left_out`: what of the publisher's does not count here."""

    files: dict[str, bytes]
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def sha256(self) -> str:
        """Digest over names and contents."""
        lines = (f"{name} {hashlib.sha256(octets).hexdigest()}\n" for name, octets in sorted(self.files.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def made_of(shipped: Path, decisions: bytes, scope: Scope) -> str:
    """Digest of all that a composition is made of; `decisions`: the octets of its `decisions.json`."""
    lines = [filterdns.__version__, hashlib.sha256(decisions).hexdigest(), *sorted(scope.kinds), "of"]
    lines += [*sorted(scope.categories), "in", *(f"{each.name} {each.sha256}" for each in find_sources(shipped, None))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def use_composed(state: Path, composition: Composition, beside: Mapping[str, bytes], made: str) -> Path:
    """Lay the files down and begin all builds with them from now on; where they lie. Raises StateFault.

    `beside`: files that lie in the folder and are no part of the lists.
    """
    folder = composed_folder(state, composition.sha256)
    if not folder.is_dir():
        unfinished = folder.with_name(UNFINISHED)
        _write_all(unfinished, {**composition.files, **beside}, lasting=True)
        unfinished.rename(folder)
    store_base(state, Base(composition.sha256, made))
    _remove_old(state, folder)
    return folder


def compose(shipped: Path, files: Mapping[str, str], decisions: bytes, scope: Scope, trial: Path) -> Composition:
    """The lists with these decisions, tried in the folder `trial`. Raises LogFault, StateFault."""
    table = load_categories(shipped / CATEGORIES)
    left_out = LeftOut()
    drafts = {draft.name: draft for draft in _publishers(shipped, files, Narrowing(table, scope, left_out), left_out)}
    fixed = {DECISIONS: decisions}
    for name, octets in _shipped_files(shipped):
        folder = name.partition("/")[0]
        if folder in (*_SHIPPED_ALONE, CATEGORIES) or not name.endswith(".yaml"):
            fixed[name] = octets
        elif (stays := _stays(Draft(name, octets.decode()), table, scope)) is not None:
            drafts[_free_name(name, drafts)] = stays
    for _ in range(_MOST_ROUNDS):
        composition = Composition(fixed | {name: draft.text.encode() for name, draft in drafts.items()}, left_out)
        _write_all(trial, composition.files)
        faults = _faults(trial)
        if not faults:
            return composition
        _leave_out(trial, faults, drafts, left_out)
    raise LogFault(f"the publisher's decisions cannot be used here: {faults[0]}")


def _publishers(shipped: Path, files: Mapping[str, str], narrowing: Narrowing, left_out: LeftOut) -> Iterator[Draft]:
    """The publisher's files as far as they are within the scope."""
    protected = {level: frozenset(_protected(shipped, level)) for level in ("p1", "p2")}
    for name, text in sorted(files.items()):
        try:
            draft = Draft(name, text)
        except DataFault as fault:
            left_out.add(FAULTY, str(fault.faults[0]))
            continue
        if not narrowing.narrow(draft):
            continue
        if kind_of(name) == "protected":
            level, _, rest = name.partition("/")[2].partition(".")
            known = protected.get(level, frozenset())
            draft.replace([entry for entry in draft.entries if _canonical(entry) not in known])
            draft.name = f"protected/{level}.publisher.{rest}"
            if not draft.entries:
                continue
        yield draft


def _stays(draft: Draft, table: CategoryTable, scope: Scope) -> Draft | None:
    """A shipped file without what the publisher decides in its place; None if that is all of it."""
    kind = kind_of(draft.name)
    if kind not in scope.kinds:
        return draft
    taken = {row.id for row in table.categories if scope.takes(row)}
    if kind == "listings":
        return None if category_of(draft.name) in taken else draft
    if kind != "sources":
        return None
    left = [entry for entry in draft.entries if entry["category"] not in taken]
    if len(left) < len(draft.entries):
        draft.replace(left)
    return draft if left else None


def _free_name(name: str, drafts: Mapping[str, Draft]) -> str:
    """The name of a shipped file, or another where the publisher has a file of that name."""
    if name not in drafts:
        return name
    stem, _, end = name.rpartition(".")
    return f"{stem}.shipped.{end}"


def _shipped_files(shipped: Path) -> Iterator[tuple[str, bytes]]:
    for source in find_sources(shipped, None):
        yield source.name, source.path.read_bytes()


def _protected(shipped: Path, level: str) -> Iterator[bytes]:
    for path in sorted((shipped / "protected").glob(f"{level}*.yaml")):
        for entry in Draft(f"protected/{path.name}", path.read_text(encoding="utf-8")).entries:
            yield _canonical(entry)


def _canonical(entry: object) -> bytes:
    """The name of an entry as canonical text, b"" if it has none."""
    name = entry.get("name") if isinstance(entry, dict) else None
    try:
        return canonical_text(read_name(str(name or "").encode("utf-8", "replace")))
    except NameFault:
        return b""


def _faults(folder: Path) -> list[Fault]:
    """All that would stop a build of these lists."""
    written = read_written(folder, None)
    OwnRules(written).judge()
    return written.faults


def _leave_out(folder: Path, faults: list[Fault], drafts: dict[str, Draft], left_out: LeftOut) -> None:
    """Take the entries at fault out. Raises LogFault for a fault in what only the program brings."""
    gone: dict[str, set[int]] = {}
    for fault in faults:
        name, _, line = fault.where.removeprefix(f"{folder}/").rpartition(":")
        if not name or not line.isdigit():
            name, line = fault.where.removeprefix(f"{folder}/"), "0"
        if name not in drafts:
            raise LogFault(f"the publisher's decisions cannot be used here: {fault}")
        at = drafts[name].entry_at(int(line))
        entries = gone.setdefault(name, set())
        numbers = range(len(drafts[name].entries)) if at is None else (at,)
        for number in numbers:
            if number not in entries:
                entries.add(number)
                left_out.add(_why(fault), f"{name}: {label_of(drafts[name].entries[number])}")
    for name, numbers_gone in gone.items():
        left = [entry for number, entry in enumerate(drafts[name].entries) if number not in numbers_gone]
        if left:
            drafts[name].replace(left)
        else:
            del drafts[name]


def _why(fault: Fault) -> str:
    return f"expected {fault.expected}, got {fault.got}" if len(fault.expected) < 200 else FAULTY


def _write_all(folder: Path, files: Mapping[str, bytes], *, lasting: bool = False) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for name, octets in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(octets)
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())
    except OSError as error:
        raise StateFault(f"{folder}: expected room for the lists, got {error.strerror or error}") from error


def _remove_old(state: Path, current: Path) -> None:
    """Keep the newest folders, and the one in use."""
    folders = sorted(current.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in [path for path in folders if path.name != UNFINISHED][KEPT:]:
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)
