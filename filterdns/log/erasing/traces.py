"""What a statement says and where that lies besides its body: what has to be done when one is erased for good.

Reasons come from files that people write.  Erased while its decision stands, a statement is logged anew as soon as the
fold of the log is made again; and what a release was made of is kept, and what was offered to homes.  So first the file
is changed and a release is built, then the statement is erased, then what `find_traces` names is removed.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from filterdns.errors import FilterdnsError, IndexFault, LogFault
from filterdns.lists.manifest import read_manifest
from filterdns.lists.sources import MOST_OCTETS as MOST_FILE_OCTETS
from filterdns.lists.sources import OVERLAY
from filterdns.log.offering.decisions import MOST_OCTETS as MOST_DOCUMENT_OCTETS
from filterdns.log.offering.decisions import read_document
from filterdns.log.offering.offered import read_offered
from filterdns.log.places import public_folder
from filterdns.log.reading.reader import entries_about, open_local
from filterdns.log.record.entries import DECISIONS, RELEASE, REVOCATIONS, read_entry
from filterdns.log.record.statements import Body, open_statement
from filterdns.log.recording.decided import REVOCATION
from filterdns.log.recording.fold import load_fold
from filterdns.log.recording.inputs import private_inputs, public_inputs
from filterdns.unicode_names import to_unicode

_MOST_MANIFEST_OCTETS = 16 * 1024 * 1024


def check_ended(state: Path, commitment: str) -> None:
    """Raises LogFault, with what to do first, if the statement is the one of a decision on a name that stands."""
    body = open_statement(state, commitment)
    if body is None or "name" not in body.statement:
        return
    if all(standing.commitment != commitment for standing in load_fold(state, open_local(state)).stands.values()):
        return
    file = str(body.statement.get("source", ""))
    name, kind = str(body.statement["name"]), str(body.statement.get("kind"))
    if kind == REVOCATION:
        first = f"end it first (`filterdns lists suspend {name} --end`)"
    else:
        first = f"take the entry or its text out of {file or 'the lists'} first, then `filterdns lists build`"
    raise LogFault(
        f"statement {commitment}: expected one that no longer counts, got that of a {kind} that stands; {first}, "
        "then erase, or it would be logged again"
    )


def find_others(state: Path, body: Body) -> list[str]:
    """The commitments of other decisions on the same name whose statements are here. Raises LogFault."""
    name, found = body.statement.get("name"), []
    reader = open_local(state)
    for index in entries_about(state, name, reader) if isinstance(name, str) else ():
        commitment = read_entry(reader.entry(index), index).fields.get("statement", "")
        if commitment != body.commitment and open_statement(state, commitment) is not None:
            found.append(commitment)
    return found


def find_traces(state: Path, body: Body) -> list[Path]:
    """Files that are kept and name what this statement is about, as far as they are ours: to be removed by hand.

    Lists that others keep are not looked into. Raises LogFault where the log cannot be read.
    """
    name, source = body.statement.get("name"), body.statement.get("source")
    if not isinstance(name, str):
        return []
    words = (name, to_unicode(name))
    found = list(_inputs(state, str(source), words)) if source else []
    return [*found, *_offered(state, words)]


def _inputs(state: Path, source: str, words: tuple[str, ...]) -> Iterator[Path]:
    """Every version of the file that a release was made of."""
    private, public = private_inputs(state), public_inputs(state)
    reader = open_local(state)
    digests: dict[str, None] = {}
    for octets in reader.entries(0, reader.size):
        entry = read_entry(octets) if b'"type":"release"' in octets else None
        if entry is None or entry.type != RELEASE:
            continue
        try:
            manifest = read_manifest(_read(private / f"{entry.fields['manifest']}.gz", _MOST_MANIFEST_OCTETS))
        except (IndexFault, LogFault):
            continue  # it is not kept any more, and then neither are its inputs known
        for file in (source, source.removeprefix(OVERLAY), f"{OVERLAY}{source}"):
            digests |= dict.fromkeys([manifest.inputs[file]] if file in manifest.inputs else [])
    for sha256 in digests:
        kept = private / f"{sha256}.gz"
        if kept.exists() and _has(_read(kept, MOST_FILE_OCTETS).decode("utf-8", "replace"), words):
            yield from (path for path in (kept, public / kept.name) if path.exists())


def _offered(state: Path, words: tuple[str, ...]) -> Iterator[Path]:
    """Documents of decisions and of revocations that were given to homes."""
    folder = public_folder(state)
    for path in sorted((folder / DECISIONS).glob("*")):
        if ".from." in path.name:
            continue  # only lines that came; those of older documents go with the next one
        try:
            texts = read_document(_read(path, MOST_DOCUMENT_OCTETS)).files.values()
        except LogFault:
            continue
        if any(_has(text, words) for text in texts):
            yield path
    for path in sorted((folder / REVOCATIONS).glob("*")):
        try:
            rows = read_offered(path.read_bytes(), path.name)
        except (OSError, FilterdnsError):
            continue
        if any(row.name.decode() in words for row in rows):
            yield path


def _has(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _read(path: Path, most_octets: int) -> bytes:
    """A file of ours, unpacked if it is packed. Raises LogFault."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(most_octets)
    except (OSError, EOFError, zlib.error) as error:
        raise LogFault(f"{path}: expected a file that can be read, got {error}") from error
