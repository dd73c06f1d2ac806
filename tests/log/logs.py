"""A publisher's log with something of everything, and what somebody might do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from filterdns.log.erasing.erase import erase_statement
from filterdns.log.keys.life import make_log
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.places import checkpoint_file, public_folder, release_folder
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DAY, DECISION, IMPORT, OUTCOME, RELEASE, REMEDY, read_entry, write_entry
from filterdns.log.record.statements import commit
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.note import write_vkey
from filterdns.tlog.proof_file import write_proof_file

ORIGIN = "lists.example/log"
BEGUN = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
MANIFEST = b'{"a":"manifest"}'


def decision(state: Path, when: datetime, name: str, action: str = "added", **about: Any) -> bytes:
    """A decision about a name, with its statement. `hashed`: only those who know the name can open it."""
    is_open = not about.pop("hashed", False)
    fields = {"kind": "listing", "category": "gambling", "basis": "reviewed"} | about
    named = {"name": name, "scope": "subdomains"}
    key = f"{fields['category']} {name}"
    said = {"v": 1, "kind": fields["kind"], "key": key, **named, "reason": {"en": f"roulette at {name}"}}
    statement = commit(state, said, is_open=is_open)
    return write_entry(DECISION, when, action=action, statement=statement, **fields, **(named if is_open else {}))


def outcome(state: Path, when: datetime, name: str = "clinic.example", **about: Any) -> bytes:
    """What came of a case, with its statement. `hashed`: only those who know the name can open it."""
    is_open = not about.pop("hashed", False)
    named = {"name": name, "scope": "subdomains"}
    day_ = when.date().isoformat()
    fields = {"case": 12, "category": "adult", "received": day_, "decided": day_, "outcome": "removed"} | about
    said = {"v": 1, "kind": "outcome", "case": 12, "outcome": fields["outcome"], **named, "reason": {"en": "a clinic"}}
    statement = commit(state, said, is_open=is_open)
    drawn = {"size": 0, "people": []}
    more = {"cause": "import_error", "appellant": "", "step": 1, "drawn": drawn, "statement": statement}
    return write_entry(OUTCOME, when, **fields, **more, **(named if is_open else {}))


def tree(root: bytes = b"\1" * 32, **about: Any) -> dict[str, Any]:
    return {"category": "gambling", "names": 3, "root": root.hex(), "publication": "open"} | about


def release(when: datetime, number: int, trees: tuple[dict[str, Any], ...] = (tree(),), salt: str = "") -> bytes:
    digest = sha256(MANIFEST).hexdigest()
    fields = {"tool": "1.0", "manifest": digest, "inputs": digest, "salt": salt, "trees": list(trees)}
    return write_entry(RELEASE, when, number=number, built_at="2026-11-25T03:04:05Z", **fields)


def imported(when: datetime, number: int) -> bytes:
    counts = dict.fromkeys(("octets", "names", "rejected", "added", "dropped", "expired"), number)
    return write_entry(
        IMPORT, when, source="ut1", sha256="ab" * 32, fetched_at="", licence="MIT", redistribute=True, **counts
    )


def day(when: datetime) -> bytes:
    return write_entry(DAY, when, date=when.date().isoformat(), appeals={"adult": 2})


@dataclass
class Written:
    """A log in a state folder. `notes`: each checkpoint that was published, by its size."""

    state: Path
    when: datetime
    notes: dict[int, bytes]

    @property
    def folder(self) -> Path:
        return public_folder(self.state)

    @property
    def vkey(self) -> str:
        policy = load_policy(self.state)
        assert policy is not None
        return write_vkey(policy.logs[0].key)

    def append(self, *entries: bytes) -> None:
        with open_writer(self.state, self.when) as log:
            log.append(entries)
        self.keep_note()

    def keep_note(self) -> None:
        self.notes[open_local(self.state).size] = checkpoint_file(self.state).read_bytes()

    def later(self, **span: float) -> datetime:
        self.when += timedelta(**span)
        return self.when

    def lay_release(self, number: int, index: int) -> None:
        """Manifest, entry and proof of a release, as `recording` lays them."""
        folder = release_folder(self.state, number)
        folder.mkdir(parents=True)
        reader = open_local(self.state)
        files: Mapping[str, bytes] = {
            "manifest.json": MANIFEST,
            "entry.json": reader.entry(index),
            "release.tlog-proof": write_proof_file(reader.proof(index)),
        }
        for name, octets in files.items():
            (folder / name).write_bytes(octets)


def begin(state: Path, elsewhere: Path, when: datetime = BEGUN) -> Written:
    log = Written(state, when, {})
    make_log(state, ORIGIN, elsewhere / "recovery", when)
    log.keep_note()
    return log


def write_log(state: Path, elsewhere: Path) -> Written:
    """600 entries: decisions that come, change and go, some on hashed names, releases, days, an erasure, a remedy."""
    log = begin(state, elsewhere)
    log.append(*(decision(state, log.when, f"n{number}.example") for number in range(20)))
    when = log.later(hours=5)
    first = decision(state, when, "x.example", category="adult", hashed=True)
    log.append(first, decision(state, when, "n1.example", "changed"), decision(state, when, "n2.example", "removed"))
    log.append(release(log.later(hours=1), 7))
    log.lay_release(7, 24)
    log.append(*(imported(log.when, number) for number in range(300)), day(log.later(hours=20)))
    gone = decision(state, log.when, "gone.example")
    statement = str(read_entry(gone).fields["statement"])
    log.append(gone, write_entry(REMEDY, log.when, statement=statement, release=7))
    erase_statement(state, statement, "personal_data", log.when)
    log.keep_note()
    log.append(*(imported(log.when, number) for number in range(270)), release(log.later(hours=2), 8))
    log.append(day(log.later(days=1)))
    return log
