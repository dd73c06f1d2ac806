"""How what people decided, each import and each release get into the log: before a release becomes current.

    recording = recorder_for(state, clock)
    update(..., record=recording)         # or build_release: a new release is recorded before the pointer moves
    recording.record_rest()               # what changed without a new release

    inputs kept -> name trees -> statements -> decisions, imports, release: one append, one checkpoint
      -> entry.json and release.tlog-proof beside the manifest, and all three for readers -> the pointer

Where no log was begun (a home) nothing of this happens; the proof of a publisher's decisions is laid beside the release
that was made of them.  A fault keeps the release from becoming current, and the last good one stays.  A crash between
the append and the pointer leaves an entry whose release nobody ever used: its number is not given again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from filterdns.clock import Clock
from filterdns.errors import IndexFault, LogFault
from filterdns.lists.build import build_lock
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.manifest import Manifest
from filterdns.lists.own_data import OwnData
from filterdns.lists.release import MANIFEST, Release, open_current
from filterdns.lists.revocations import load_revocations, revocations_file
from filterdns.lists.standing import Standings
from filterdns.lists.store import Recorder, reserve_number
from filterdns.log.home.taking import lay_proof
from filterdns.log.names.tree_file import Directory
from filterdns.log.names.tree_making import make_name_trees
from filterdns.log.offering.publish import publish_decisions, publish_revocations
from filterdns.log.places import ENTRY, PROOF, has_log, release_folder
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import DAY, RELEASE, read_entry, write_entry
from filterdns.log.recording.appending import NewDecision, open_append
from filterdns.log.recording.decided import KINDS, REVOCATION, Decided, Key, decided, revoked
from filterdns.log.recording.imports import Imports
from filterdns.log.recording.inputs import keep_inputs
from filterdns.log.recording.opened import note_opened
from filterdns.log.writing.durable import DISK, store_files
from filterdns.tlog.proof_file import write_proof_file

OF_RELEASES = tuple(kind for kind in KINDS if kind != REVOCATION)  # what a release follows from


class Recording:
    """One update or build of a state folder that has a log; without one, a recording of nothing."""

    def __init__(self, state: Path, clock: Clock) -> None:
        self._state, self._clock = state, clock
        self._own: OwnData | None = None
        self._standings = Standings()
        self.decisions: list[NewDecision] = []  # that were new in the log

    def __call__(self, own: OwnData, standings: Standings) -> Recorder:
        """Who records the release that is about to be built of these. Raises LogFault for a log that is not sound."""
        if not has_log(self._state):
            return partial(lay_proof, state=self._state)  # of the publisher whose decisions count here, if there is one
        self._own, self._standings = own, standings
        with open_append(self._state, self._clock.when()) as append:
            reserve_number(self._state, append.fold.release)
        return self._record_release

    def record_rest(self) -> None:
        """Record what was decided without a new release, and the current release if the log does not have it.

        Then homes are given what was decided. Raises LogFault and StateFault.
        """
        own = self._own
        if own is None:
            return
        with build_lock(self._state):
            current = _get_unrecorded(self._state, own)
            if current is not None:
                self._record_release(current.folder, current.manifest)
        when = self._clock.when()
        with open_append(self._state, when) as append:
            append.decide(decided(own, self._standings), OF_RELEASES)
            append.decide(_revoked(self._state, own.table), (REVOCATION,))
            self.decisions += append.write()
        note_opened(self._state, self.decisions, when)
        publish_decisions(self._state, own, when)
        publish_revocations(self._state, own.table, when)

    def _record_release(self, folder: Path, manifest: Manifest) -> None:
        own = self._own
        assert own is not None
        keep_inputs(self._state, manifest, own)
        directory = make_name_trees(folder, manifest, own.table)
        with open_append(self._state, self._clock.when()) as append:
            found = append.find_release(manifest.number)
            if found is None:
                append.decide(decided(own, self._standings), OF_RELEASES)
                for octets in Imports(self._state, own, self._standings, manifest).entries(append.at):
                    append.add(octets)
                append.add(_release_entry(append.at, folder, manifest, directory))
                self.decisions += append.write()
                found = append.writer.size - 1
            _lay_proof(self._state, folder, manifest, append.writer.tree, found)


def recorder_for(state: Path, clock: Clock) -> Recording:
    """What `update` and `build_release` take as their `record`; its `record_rest` is for afterwards."""
    return Recording(state, clock)


def record_revocations(state: Path, table: CategoryTable, when: datetime) -> list[NewDecision]:
    """Record which names are revoked since the last time, and which no more, and tell homes; quick. What was new.

    Nothing happens where there is no log.  Raises LogFault and StateFault.
    """
    if not has_log(state):
        return []
    with open_append(state, when) as append:
        append.decide(_revoked(state, table), (REVOCATION,))
        new = append.write()
    note_opened(state, new, when)
    publish_revocations(state, table, when)
    return new


Received = Callable[[datetime, datetime], Mapping[str, int]]
"""How many appeals came in between two moments, by category."""


def _none_received(begin: datetime, end: datetime) -> Mapping[str, int]:
    return {}


def record_day(state: Path, when: datetime, received: Received = _none_received) -> bool:
    """Append the entry of this day if it has none yet, so that each day has a checkpoint. Whether it was appended.

    Its appeals are those of the days from the last such entry on that have ended: the day before, as a rule.
    """
    if not has_log(state):
        return False
    with open_append(state, when) as append:
        today = append.at.date()
        if append.fold.day == today.isoformat():
            return False
        end = datetime.combine(today, time(), UTC)
        last = date.fromisoformat(append.fold.day) if append.fold.day else today - timedelta(days=1)
        begin = datetime.combine(last, time(), UTC)
        append.add(write_entry(DAY, append.at, date=today.isoformat(), appeals=dict(received(begin, end))))
        append.write()
    return True


def _revoked(state: Path, table: CategoryTable) -> dict[Key, Decided]:
    return revoked(table, load_revocations(revocations_file(state)))


def _get_unrecorded(state: Path, own: OwnData) -> Release | None:
    """The current release, if it was made of these data and has no proof: the log is younger, or the proof was lost."""
    try:
        release = open_current(state)
    except IndexFault:
        return None
    is_of_these = all(release.manifest.inputs.get(name) == sha256 for name, sha256 in own.inputs.items())
    return release if is_of_these and not (release.folder / PROOF).exists() else None


def _release_entry(at: datetime, folder: Path, manifest: Manifest, directory: Directory) -> bytes:
    return write_entry(
        RELEASE,
        at,
        number=manifest.number,
        built_at=manifest.built_at,
        tool=manifest.tool,
        manifest=hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(),
        inputs=manifest.inputs_sha256,
        salt=directory.salt.hex(),
        trees=[row.fields() for row in directory.trees],
    )


def _lay_proof(state: Path, folder: Path, manifest: Manifest, tree: TreeReader, index: int) -> None:
    """Lay entry and proof beside the manifest, and all three out for readers. Raises LogFault for another release."""
    entry, octets = tree.entry(index), (folder / MANIFEST).read_bytes()
    if read_entry(entry, index).fields["manifest"] != hashlib.sha256(octets).hexdigest():
        raise LogFault(f"{folder}: expected the release {manifest.number} that the log has, got another; build again")
    proof = write_proof_file(tree.proof(index))
    public = release_folder(state, manifest.number)
    store_files({public / MANIFEST: octets, public / ENTRY: entry, public / PROOF: proof}, DISK)
    store_files({folder / ENTRY: entry, folder / PROOF: proof}, DISK)  # last: who finds a proof here finds all the rest
