"""What a publisher gives to homes: its decisions and revocations as static files that any server or mirror can carry.

Written in an order that leaves what homes have been told valid at every moment: the body, then the entry in the log,
then the head; by one process at a time, since what suspends does not wait for what builds.  A home reads heads in the
other order, revocations first, so that it never sees a newer head and then an older one.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from filterdns.errors import LogFault, StateFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.own_data import OwnData
from filterdns.lists.revocations import EMERGENCY, SUSPENDED, load_revocations, revocations_file
from filterdns.lists.store_file import one_writer
from filterdns.log.offering.collected import collect_decisions
from filterdns.log.offering.decisions import digest_of, write_document
from filterdns.log.offering.delta import MOST_DELTA_OCTETS, write_delta
from filterdns.log.offering.heads import TYPES, body_path, delta_path, head_path
from filterdns.log.offering.offered import write_offered
from filterdns.log.places import PROOF, has_log, policy_file, private_folder, public_folder, release_folder
from filterdns.log.reading.reader import LogReader, open_local
from filterdns.log.record.entries import DECISIONS, REVOCATIONS, write_entry
from filterdns.log.recording.appending import open_append
from filterdns.log.writing.durable import DISK, remove_files, store_file, store_files
from filterdns.tlog.policy import Policy, parse_policy
from filterdns.tlog.proof_file import parse_proof_file, write_proof_file

KEPT_VERSIONS = 8  # a home that asks once a week finds what changed since; an older one fetches the whole


def publish_decisions(state: Path, own: OwnData, when: datetime) -> None:
    """Offer what `own` has of decisions, with an entry in the log if they are others than before.

    Nothing happens where there is no log. Raises LogFault and StateFault; homes then have what they had.
    """
    if not has_log(state):
        return
    octets = write_document(collect_decisions(own))
    sha256 = digest_of(octets)
    with one_writer(private_folder(state)):
        published = _published(state)
        if not published or published[-1] != sha256:
            _store_decisions(state, octets, sha256, published)
        if _sha256_of_head(state, DECISIONS) != sha256:
            _append(state, DECISIONS, when, sha256=sha256, octets=len(octets))
        _refresh_heads(state)


def publish_revocations(state: Path, table: CategoryTable, when: datetime) -> None:
    """Offer what is suspended now; quick. As `publish_decisions` in all else."""
    if not has_log(state):
        return
    with one_writer(private_folder(state)):  # read here, so that the last who publishes has read the newest
        kept = load_revocations(revocations_file(state))
        rows = {row for row in kept if row.kind in (SUSPENDED, EMERGENCY) and row.holds_on(when.date())}
        octets = write_offered(rows, table)
        sha256 = digest_of(octets)
        if _sha256_of_head(state, REVOCATIONS) != sha256:
            store_file(public_folder(state) / body_path(REVOCATIONS, sha256), octets)
            _append(state, REVOCATIONS, when, sha256=sha256, octets=len(octets), count=len(rows))
        _refresh_heads(state)


def refresh_heads(state: Path) -> None:
    """Write the heads anew with the newest checkpoint, which says that nothing newer was decided until then."""
    with one_writer(private_folder(state)):
        _refresh_heads(state)


def _refresh_heads(state: Path) -> None:
    reader = open_local(state)
    for type_ in TYPES:
        path = public_folder(state) / head_path(type_)
        if path.exists():
            known = parse_proof_file(path.read_bytes())
            _store_head(state, type_, reader, known.index, known.extra)
    _renew_proofs(state, reader)


def _renew_proofs(state: Path, reader: LogReader) -> None:
    """Proofs of kept releases whose checkpoint is signed by keys that the log has removed since get the newest one."""
    policy = Policy(parse_policy(policy_file(state).read_text()).logs)
    for path in sorted((state / "releases").glob(f"*/{PROOF}")):
        known = parse_proof_file(path.read_bytes())
        try:
            policy.check(known.checkpoint)
        except LogFault:
            fresh = write_proof_file(replace(reader.proof(known.index), extra=known.extra))
            store_files({path: fresh, release_folder(state, int(path.parent.name)) / PROOF: fresh}, DISK)


def _append(state: Path, type_: str, when: datetime, **fields: str | int) -> None:
    with open_append(state, when) as append:
        entry = write_entry(type_, append.at, **fields)
        append.add(entry)
        append.write()
        index = append.writer.size - 1
    _store_head(state, type_, open_local(state), index, entry)


def _store_head(state: Path, type_: str, reader: LogReader, index: int, entry: bytes) -> None:
    proof = reader.proof(index)
    octets = write_proof_file(replace(proof, extra=entry))
    path = public_folder(state) / head_path(type_)
    if not path.exists() or path.read_bytes() != octets:
        store_file(path, octets)


def _sha256_of_head(state: Path, type_: str) -> str:
    """What the head stands for; "" if there is none."""
    try:
        octets = (public_folder(state) / head_path(type_)).read_bytes()
    except FileNotFoundError:
        return ""
    return str(json.loads(parse_proof_file(octets).extra)["sha256"])


# Bodies and changes


def _store_decisions(state: Path, octets: bytes, sha256: str, published: list[str]) -> None:
    """The document, what changed since the last ones, and what is not needed any more."""
    folder = public_folder(state)
    path = folder / body_path(DECISIONS, sha256)
    packed = path.with_name(f"{path.name}.gz")
    store_files(
        {path: octets, packed: gzip.compress(octets, mtime=0), **dict(_deltas(folder, octets, published))}, DISK
    )
    kept = [*(each for each in published if each != sha256), sha256][-KEPT_VERSIONS - 1 :]
    store_file(_published_file(state), "".join(f"{each}\n" for each in kept).encode())
    bodies = [path for path in path.parent.iterdir() if len(path.name) == len(sha256) and path.name not in kept]
    deltas = [path for path in path.parent.glob("*.from.*") if not path.name.startswith(sha256)]
    remove_files([*bodies, *deltas])  # the packed documents stay: releases were made of them


def _deltas(folder: Path, octets: bytes, published: list[str]) -> Iterator[tuple[Path, bytes]]:
    sha256 = digest_of(octets)
    for old in published[-KEPT_VERSIONS:]:
        try:
            delta = write_delta((folder / body_path(DECISIONS, old)).read_bytes(), octets)
        except (OSError, LogFault):
            continue  # it is not there, or of another version: whoever has it fetches the whole
        if old != sha256 and len(delta) < min(len(octets) // 2, MOST_DELTA_OCTETS):
            yield folder / delta_path(sha256, old), delta


def _published_file(state: Path) -> Path:
    return private_folder(state) / "published"


def _published(state: Path) -> list[str]:
    """Digests of the documents that were offered last, the newest last."""
    try:
        return _published_file(state).read_text().split()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StateFault(f"{_published_file(state)}: expected digests, got {error.strerror or error}") from error
