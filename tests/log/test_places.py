from __future__ import annotations

import stat
from pathlib import Path

from filterdns.log import places
from filterdns.log.record.statements import commit_all
from tests.log.kept import append, begin, days


def test_what_readers_fetch_lies_apart_from_what_is_private(tmp_path: Path) -> None:
    state = begin(tmp_path)
    append(state, days(3))
    commit_all(state, [({"name": "play.example"}, True), ({"name": "veiled.example"}, False)])
    public = {
        str(path.relative_to(state / "public" / "log")) for path in (state / "public").rglob("*") if path.is_file()
    }
    statements = {path for path in public if path.startswith("statements/")}
    assert public - statements == {
        "checkpoint",
        "policy",
        "handovers",
        "tile/0/000.p/1",
        "tile/0/000.p/4",
        "tile/entries/000.p/1",
        "tile/entries/000.p/4",
    }
    assert len(statements) == 1
    private = {path.name for path in (state / "log").iterdir()}
    assert private == {"key", "signed", "lock", "names", "statements"}
    assert places.has_log(state)
    assert not places.has_log(tmp_path)


def test_key_is_for_its_owner_alone_and_never_in_the_public_part(tmp_path: Path) -> None:
    state = begin(tmp_path)
    assert stat.S_IMODE(places.key_file(state).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "recovery").stat().st_mode) == 0o600
    secrets = [
        line.split()[1]
        for file in (places.key_file(state), tmp_path / "recovery")
        for line in file.read_text().splitlines()
        if not line.startswith("#")
    ]
    assert [len(secret) for secret in secrets] == [64, 64]
    for path in (state / "public").rglob("*"):
        assert not path.is_file() or not any(secret.encode() in path.read_bytes() for secret in secrets)


def test_place_of_a_statement_is_by_its_first_two_digits(tmp_path: Path) -> None:
    commitment = "ab" * 32
    assert places.statement_path(commitment) == f"statements/ab/{commitment}.json"
    assert places.release_folder(tmp_path, 7) == tmp_path / "public" / "log" / "releases" / "7"
