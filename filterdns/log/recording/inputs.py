"""Everything that a release was made of, kept by digest for good: what people wrote, copies of lists, the manifest.

    STATE/log/inputs/<sha256>.gz            all of it, for this machine alone
    STATE/public/log/inputs/<sha256>.gz     what anybody may have: the same files, linked
    <sha256>.before.gz                      the manifest of a release that was there before the log began, by the digest
                                            of its `seen`; its files lie beside it by their digests

Written before the entry of the release is appended, so that no release stands in the log that cannot be made again.
Nothing is ever rewritten or removed here.  Where something has to go all the same, its file can be deleted: `replay`
then names its digest, and goes on with what is left.

What is public: what is shipped, and what a publisher decided.  Not public are lists that may not be redistributed or
that only this installation uses, which lists it turned on (the manifest says which were used), and whatever is a menu
of HASHED or COUNTED categories: lists of these, files of its own with names of these, and an index that has any.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from filterdns.errors import IndexFault, LogFault, StateFault
from filterdns.lists.copies import copy_path
from filterdns.lists.manifest import Manifest, write_manifest
from filterdns.lists.own_data import OwnData
from filterdns.lists.recipe import Recipe
from filterdns.lists.release import INDEX, OWN, SEEN, SET_ASIDE, Release, open_release
from filterdns.lists.sources import MOST_OCTETS, SourceFile
from filterdns.log.record.shown import names_are_shown, open_categories
from filterdns.log.writing.durable import DISK

OF_BEFORE = (SEEN, INDEX, SET_ASIDE, OWN)  # the files of a release that the next one is compared with
MOST_KEPT_OCTETS = max(MOST_OCTETS, 4 << 30)  # of one input; an index may have so many

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_LEVEL = 6  # 26 ms a MB and 28 % of the octets; level 1 takes a third of the time and 16 % more room, for good
_AT_ONCE = 1 << 20
_DECISIONS = ("protected", "holds", "shared", "services", "recipes")  # of an installation, that are public
_SHIPPED = "own/"  # begins the identifier of a plain list in the lists folder
_LISTED = ("yaml", "txt", "hosts")  # of own/: what stands in an index as well


class MissingInput(LogFault):
    """Octets of this digest are not there."""


@dataclass(frozen=True, slots=True)
class _Input:
    """One thing that a release was made of."""

    sha256: str
    is_public: bool
    open: Callable[[], IO[bytes]]
    name: str = ""  # without its ending; the digest if empty


def private_inputs(state: Path) -> Path:
    """Where all inputs lie."""
    return state / "log" / "inputs"


def public_inputs(state: Path) -> Path:
    """Where those lie that anybody may have."""
    return state / "public" / "log" / "inputs"


def keep_inputs(state: Path, manifest: Manifest, own: OwnData) -> None:
    """Keep what this release, finished and not yet in the log, was made of; synchronised when this returns.

    Only what is new is read: a list that did not change costs nothing.  Raises StateFault if the disk refuses, or if a
    file is not any more what the release was made of.
    """
    private, public = private_inputs(state), public_inputs(state)
    try:
        for folder in (private, public):
            folder.mkdir(parents=True, exist_ok=True)
        for each in _inputs(state, manifest, own):
            name = f"{each.name or each.sha256}.gz"
            if not (private / name).exists():
                _keep(private / name, each)
            if each.is_public and not (public / name).exists():
                _publish(private / name, public / name)
        DISK.synchronise_all([private, public])
    except OSError as error:
        raise StateFault(f"{error.filename or private}: expected room for inputs, got {error.strerror}") from error


class KeptInputs:
    """Inputs in a folder, packed as `keep_inputs` does or as they are, as somebody else may have gathered them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy(self, sha256: str, path: Path) -> None:
        """Write the octets of this digest to a file, whole or not at all.

        Raises MissingInput, and LogFault if others lie in their place.
        """
        packed = self._open(sha256, sha256)
        fresh = path.with_name(f"{path.name}.new")
        digest, octets = hashlib.sha256(), 0
        with packed, fresh.open("wb") as file:
            try:
                while piece := packed.read(_AT_ONCE):
                    octets += len(piece)
                    digest.update(piece)
                    if octets > MOST_KEPT_OCTETS:
                        break
                    file.write(piece)
            except (OSError, EOFError, zlib.error) as error:
                raise LogFault(f"{self._folder}/{sha256}.gz: expected packed octets, got {error}") from error
        if digest.hexdigest() != sha256:
            fresh.unlink()
            raise LogFault(f"{self._folder}: expected octets of the digest {sha256}, got others of that name")
        fresh.replace(path)

    def manifest_before(self, seen_sha256: str) -> bytes:
        """The manifest of the release, older than the log, whose `seen` has this digest. Raises MissingInput."""
        with self._open(f"{seen_sha256}.before", seen_sha256) as packed:
            return packed.read(_AT_ONCE * 16)

    def _open(self, name: str, sha256: str) -> IO[bytes]:
        if not _DIGEST.match(sha256):
            raise LogFault(f"expected a SHA-256 of 64 small hexadecimal digits, got {sha256[:80]!r}")
        plain, packed = self._folder / name, self._folder / f"{name}.gz"
        try:
            return gzip.open(packed) if packed.exists() else plain.open("rb")  # type: ignore[return-value]
        except FileNotFoundError:
            raise MissingInput(f"{sha256}: expected it in {self._folder}, got nothing of that name") from None
        except OSError as error:
            raise LogFault(f"{packed}: expected a file that can be read, got {error.strerror or error}") from error


def _inputs(state: Path, manifest: Manifest, own: OwnData) -> Iterator[_Input]:
    octets = write_manifest(manifest)
    yield _Input(hashlib.sha256(octets).hexdigest(), True, lambda: BytesIO(octets))
    by_name = {source.name: source for source in (*own.sources, own.suffix_list)}
    for name, sha256 in manifest.inputs.items():
        source, copy = by_name[name], copy_path(state, sha256)  # of a plain list: the file itself may have grown since
        yield _Input(sha256, _is_public(source, own), _opener(copy if copy.exists() else source.path))
    all_is_public = all(_is_public(source, own) for source in own.sources if source.kind in _LISTED)
    for id_, used in manifest.lists.items():
        is_public = _may_be_given_on(own.recipes.find(id_), own)
        all_is_public &= is_public
        yield _Input(used.sha256, is_public, _opener(copy_path(state, used.sha256)))
    before = _before_the_log(state, manifest)
    if before is not None:
        octets_before = write_manifest(before.manifest)
        name = f"{manifest.before_sha256}.before"
        yield _Input(hashlib.sha256(octets_before).hexdigest(), True, lambda: BytesIO(octets_before), name)
        for file in OF_BEFORE:
            yield _Input(before.manifest.files[file].sha256, all_is_public, _opener(before.folder / file))


def _before_the_log(state: Path, manifest: Manifest) -> Release | None:
    """The release before, if no log has its inputs: a log may begin when there are releases already."""
    if not manifest.before:
        return None
    try:
        before = open_release(state, manifest.before)
    except IndexFault:  # it has gone meanwhile: whoever replays is told that it is missing
        return None
    sha256 = hashlib.sha256(write_manifest(before.manifest)).hexdigest()
    return None if (private_inputs(state) / f"{sha256}.gz").exists() else before


def _may_be_given_on(recipe: Recipe, own: OwnData) -> bool:
    """Whether copies of a list are for everybody: the licence says so, or it is shipped; and it is no menu."""
    is_free = not recipe.household and (recipe.redistribute or recipe.id.startswith(_SHIPPED))
    return is_free and recipe.category in open_categories(own.table)


def _is_public(source: SourceFile, own: OwnData) -> bool:
    """Whether a file of what people wrote is for everybody; what is shipped anybody has with the program."""
    if not source.is_overlay or source.kind in _DECISIONS:
        return True
    return source.kind in ("yaml", "allow") and names_are_shown(source, own)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _keep(path: Path, each: _Input) -> None:
    """Pack the octets into a file that is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    digest = hashlib.sha256()
    with each.open() as source, fresh.open("wb") as file:
        with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
            while piece := source.read(_AT_ONCE):
                digest.update(piece)
                packed.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != each.sha256:
        fresh.unlink()
        remedy = "it changed while the release was built; build the lists again"
        raise StateFault(f"{source.name}: expected the octets of {each.sha256}, got others; {remedy}")
    fresh.replace(path)


def _publish(kept: Path, path: Path) -> None:
    """Give a kept file a second name; a second copy where the file system has no links."""
    try:
        os.link(kept, path)
    except OSError:
        fresh = path.with_name(f".{path.name}.new")
        with kept.open("rb") as source, fresh.open("wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
