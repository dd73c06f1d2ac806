"""Releases made again from a log and the inputs alone, one after the other, and held against what the log says of them.

Nothing of the machine that made them is used: no database, no overlay, nothing that was parsed or merged before.  Each
release needs the one before it, so that replaying begins with the first; where that is older than the log, its files
are inputs.  A release that another version of this program made is tried as well: if the same octets come out, that is
proof enough, and if others do, it proves nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import filterdns
from filterdns.errors import DataFault, FilterdnsError, IndexFault, LogFault
from filterdns.lists.build import build_lock, made_with, rebuild
from filterdns.lists.copies import Copy, copy_path, downloads_folder
from filterdns.lists.importing import ChosenCopy
from filterdns.lists.manifest import Manifest, read_manifest
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.progress import Progress
from filterdns.lists.release import MANIFEST, SEEN, Release, open_release, releases_folder, verify
from filterdns.lists.runs import remove_unused, run_path
from filterdns.lists.sources import CHOICES, HOUSEHOLD, OVERLAY, SUFFIXES, SourceFile
from filterdns.log.reading.files import check_path
from filterdns.log.record.entries import Entry
from filterdns.log.recording.inputs import OF_BEFORE, KeptInputs, MissingInput

SAME, DIFFERS, MISSING, OTHER_TOOL = "same", "differs", "missing", "other_tool"

# What a release is made of follows from its manifest without these: it says which lists were used. They are private.
_NOT_NEEDED = {f"{OVERLAY}sources/{name}": name for name in (CHOICES, HOUSEHOLD)}

Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Logged:
    """A release as a log has it: its number and the SHA-256 of its manifest; its entry, and where that stands."""

    number: int
    sha256: str
    entry: Entry | None = None
    index: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one release. `manifest`: None if it could not be had; `release`: None if it is not the same.

    `own`: what people wrote, as far as it could be read; `unread`: the files of it that were not there.
    """

    number: int
    result: str
    lines: tuple[str, ...] = ()  # what is missing or differs, for people
    manifest: Manifest | None = None
    release: Release | None = None
    own: OwnData | None = None
    unread: frozenset[str] = frozenset()


class Replay:
    """Makes releases again in `out`, a folder of its own, which may hold some that were made again before.

    `keep_all`: leave every release there instead of the last one alone.
    """

    def __init__(
        self, inputs: KeptInputs, out: Path, report: Report = lambda step: None, keep_all: bool = True
    ) -> None:
        self._inputs, self._out, self._report, self._keep_all = inputs, out, report, keep_all
        self._tried: set[int] = set()

    def run(self, logged: Sequence[Logged]) -> Iterator[Replayed]:
        """What came of each of these, which are in the order of the log. Raises StateFault if the disk refuses."""
        with build_lock(self._out):
            needed = self._needed_later(logged)
            for place, each in enumerate(logged):
                yield self._replay(each)
                self._tried.add(each.number)
                for number in () if self._keep_all else [other.number for other in logged[: place + 1]]:
                    if needed.get(number, 0) <= each.number:
                        shutil.rmtree(_folder(self._out, number), ignore_errors=True)

    def _needed_later(self, logged: Sequence[Logged]) -> dict[int, int]:
        """Number of a release -> that of the last one that was made on it."""
        later: dict[int, int] = {}
        for each in logged:
            try:
                later[self._manifest(each).before] = each.number
            except FilterdnsError:
                continue  # which is told when it is its turn
        return later

    def _replay(self, logged: Logged) -> Replayed:
        number = logged.number
        try:
            manifest = self._manifest(logged)
        except FilterdnsError as fault:
            return Replayed(number, MISSING, (f"the manifest: {fault}",))
        done = self._get_done(manifest)
        missing = self._lay_down(manifest)
        own, fault_lines = self._load(manifest)
        if done is not None and not missing:
            return Replayed(number, SAME, (), manifest, done, own)
        before, before_lines = self._before(manifest)
        if missing or before_lines or own is None:
            result = MISSING if missing or before_lines else _unlike(manifest)
            told = (*missing.values(), *before_lines, *fault_lines)
            return Replayed(number, result, told, manifest, None, own, frozenset(missing.keys() & manifest.inputs))
        try:
            release = self._build(manifest, own, before)
        except FilterdnsError as fault:
            return Replayed(number, _unlike(manifest), (str(fault),), manifest, None, own)
        lines = _differences(manifest, release.manifest)
        if not lines:
            return Replayed(number, SAME, (), manifest, release, own)
        shutil.rmtree(release.folder)
        return Replayed(number, _unlike(manifest), (*lines, *_other_makers(manifest)), manifest, None, own)

    def _manifest(self, logged: Logged) -> Manifest:
        path = self._out / MANIFEST
        self._inputs.copy(logged.sha256, path)
        manifest = read_manifest(path.read_bytes())
        if manifest.number != logged.number:
            raise LogFault(f"expected the manifest of release {logged.number}, got that of {manifest.number}")
        return manifest

    def _get_done(self, manifest: Manifest) -> Release | None:
        """The release if it was made again before."""
        try:
            release = open_release(self._out, manifest.number)
            verify(release)
        except IndexFault:
            return None
        return None if _differences(manifest, release.manifest) else release

    def _lay_down(self, manifest: Manifest) -> dict[str, str]:
        """Put all inputs where a build looks for them; what is missing of them, in words."""
        missing = {}
        shutil.rmtree(self._written, ignore_errors=True)
        for name, sha256 in manifest.inputs.items():
            is_ours = name.startswith(OVERLAY) or name == SUFFIXES
            path = self._written / (name if is_ours else f"shipped/{name}")
            try:
                check_path(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                self._inputs.copy(sha256, path)
            except (LogFault, NotADirectoryError, FileExistsError, IsADirectoryError) as fault:  # file or folder?
                if name not in _NOT_NEEDED or not isinstance(fault, MissingInput):
                    missing[name] = f"{name}: {fault}"
        downloads_folder(self._out).mkdir(parents=True, exist_ok=True)
        for id_, used in manifest.lists.items():
            try:
                self._inputs.copy(used.sha256, copy_path(self._out, used.sha256))
            except LogFault as fault:
                whose = "of the publisher's own household" if used.household else f"{used.title}, {used.licence}"
                missing[f"list {id_}"] = f"list {id_} ({whose}): {fault}"
        return missing

    @property
    def _written(self) -> Path:
        """Where what people wrote lies while its release is made."""
        return self._out / "written"

    def _load(self, manifest: Manifest) -> tuple[OwnData | None, tuple[str, ...]]:
        overlay = self._written / OVERLAY
        try:
            shipped, suffixes = self._written / "shipped", self._written / SUFFIXES
            own = load_own_data(shipped, overlay if overlay.is_dir() else None, suffixes)
        except (DataFault, OSError) as fault:
            return None, (f"what people wrote cannot be read: {fault}",)
        lacking = {name: sha256 for name, sha256 in manifest.inputs.items() if name not in own.inputs}
        there_too = (SourceFile(name, overlay, "", "", sha256) for name, sha256 in lacking.items())
        return replace(own, sources=(*own.sources, *there_too)), ()

    def _before(self, manifest: Manifest) -> tuple[Release | None, tuple[str, ...]]:
        """The release that this one was made on, or why there is none."""
        if not manifest.before:
            return None, ()
        try:
            before = self._find_before(manifest)
        except FilterdnsError as fault:
            return None, (f"release {manifest.before}, which it was made on: {fault}",)
        return before, ()

    def _find_before(self, manifest: Manifest) -> Release:
        folder = _folder(self._out, manifest.before)
        if manifest.before in self._tried and not folder.exists():
            raise LogFault("it could not be made again")
        if not folder.exists():  # it is older than the log
            octets = self._inputs.manifest_before(manifest.before_sha256)
            older = read_manifest(octets)
            folder.mkdir(parents=True)
            (folder / MANIFEST).write_bytes(octets)
            for name in OF_BEFORE:
                if name not in older.files:
                    raise LogFault(f"expected its manifest to name the file {name}, got none")
                self._inputs.copy(older.files[name].sha256, folder / name)
        before = open_release(self._out, manifest.before)
        if before.manifest.files[SEEN].sha256 != manifest.before_sha256:
            raise LogFault(f"expected `seen` of the digest {manifest.before_sha256}, got another")
        return before

    def _build(self, manifest: Manifest, own: OwnData, before: Release | None) -> Release:
        recipes = [recipe for recipe in own.recipes.all if recipe.id in manifest.lists]
        if len(recipes) != len(manifest.lists):
            lost = ", ".join(sorted(manifest.lists.keys() - {recipe.id for recipe in recipes}))
            raise LogFault(f"expected a recipe of each list that was used, got none of {lost}")
        chosen = []
        for recipe in recipes:
            used = manifest.lists[recipe.id]
            copy = Copy(used.sha256, used.octets, used.url, used.fetched_at, used.confirmed_at)
            chosen.append(ChosenCopy(recipe, copy))
        release = rebuild(own, chosen, before, self._out, manifest, self._report)
        remove_unused(self._out, {run_path(self._out, each.copy.sha256, each.recipe.format) for each in chosen})
        for path in downloads_folder(self._out).iterdir():
            if path.name not in {each.copy.sha256 for each in chosen}:
                path.unlink()
        return release


def exit_status(results: Sequence[str]) -> int:
    """0: all are the same; 1: one differs; 3: none differs, and one could not be made again."""
    if DIFFERS in results:
        return 1
    return 3 if set(results) - {SAME} else 0


def manifest_digest(octets: bytes) -> str:
    """How a log names a manifest."""
    return hashlib.sha256(octets).hexdigest()


def _differences(logged: Manifest, made: Manifest) -> list[str]:
    """In what the release that was made differs from the one of the log; the machine that made it does not count."""
    made = replace(made, made_with=logged.made_with)
    lines = [
        f"{name}: expected {digest.sha256}, got {made.files[name].sha256 if name in made.files else 'no such file'}"
        for name, digest in logged.files.items()
        if made.files.get(name) != digest
    ]
    rest = [field.name for field in fields(Manifest) if field.name != "files"]
    return lines + [
        f"{name}: expected {getattr(logged, name)}, got {getattr(made, name)}"
        for name in rest
        if getattr(logged, name) != getattr(made, name)
    ]


def _other_makers(manifest: Manifest) -> list[str]:
    """What made that release and is another thing here."""
    here = {"filterdns": filterdns.__version__, **made_with()}
    then = {"filterdns": manifest.tool, **manifest.made_with}
    return [
        f"it was made with {part} {then.get(part)}, here is {here[part]}"
        for part in here
        if then.get(part) != here[part]
    ]


def _unlike(manifest: Manifest) -> str:
    """What it means that it could not be made the same."""
    return OTHER_TOOL if _other_makers(manifest) else DIFFERS


def _folder(out: Path, number: int) -> Path:
    return releases_folder(out) / f"{number:08d}"
