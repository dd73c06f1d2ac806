"""The checker of one file: short, alone, and right about logs, proofs of entries and proofs of names.

That it notices each attack on a log is shown beside `filterdns log verify`, in `tests/log/test_attacks.py`.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.log.names.leaves import Said, hash_of, hashed_leaf, open_leaf
from filterdns.log.names.tree_proof import NameProof, ProvenLeaf
from filterdns.log.reading.reader import open_local
from filterdns.tlog import check_log
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.note import Signer, write_vkey
from filterdns.tlog.proof_file import write_proof_file
from filterdns.tlog.tiles import TileHashes
from filterdns.tlog.tree import inclusion_proof, leaf_hash, root_of
from tests.log.logs import Written, begin, day, decision, imported, release, tree
from tests.log.web import running, served
from tests.tlog.log_folders import LogFolder

FILE = Path(check_log.__file__)
SALT = b"\7" * 32
NAMES = ["aa.example", "bb.example", "dd.example"]
SAID = Said("gambling", "subdomains", ("own",))


def test_it_has_under_300_lines() -> None:
    assert len(FILE.read_text(encoding="utf-8").splitlines()) < 300


def test_it_imports_the_standard_library_and_cryptography_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(FILE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    assert {module.partition(".")[0] for module in imported} <= {*sys.stdlib_module_names, "cryptography"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """300 entries, the last of which is of a release with an OPEN and a HASHED tree over the same names."""
    folder = tmp_path_factory.mktemp("log")
    log = begin(folder / "state", folder / "elsewhere")
    log.append(*(decision(log.state, log.when, name) for name in NAMES))
    log.append(*(imported(log.when, number) for number in range(294)), day(log.when))
    trees = tree(root_of([leaf_hash(leaf) for leaf in leaves("open")])), hashed_tree()
    log.append(release(log.when, 1, trees, SALT.hex()))
    log.lay_release(1, 299)
    return log


def hashed_tree() -> dict[str, Any]:
    return tree(root_of([leaf_hash(leaf) for leaf in leaves("hashed")]), publication="hashed")


def leaves(publication: str) -> list[bytes]:
    if publication == "open":
        return [open_leaf(SAID, name.encode()) for name in NAMES]
    return [hashed_leaf(SAID, key) for key in sorted(hash_of("gambling", name.encode(), SALT) for name in NAMES)]


def name_proof(name: str, publication: str) -> NameProof:
    all_leaves = leaves(publication)
    is_open = publication == "open"
    keys = [name.encode() for name in NAMES] if is_open else [bytes.fromhex(json.loads(x)["hash"]) for x in all_leaves]
    key = name.encode() if is_open else hash_of("gambling", name.encode(), SALT)
    at = sum(other < key for other in keys)
    listed = key in keys
    indexes = [at] if listed else [index for index in (at - 1, at) if 0 <= index < len(keys)]
    hashes = [leaf_hash(leaf) for leaf in all_leaves]
    get = TileHashes(len(hashes), lambda *_: b"".join(hashes)).get
    proven = (ProvenLeaf(n, all_leaves[n], tuple(inclusion_proof(n, len(hashes), get))) for n in indexes)
    salt = b"" if is_open else SALT
    return NameProof("gambling", name, len(hashes), root_of(hashes), publication, salt, listed, tuple(proven))


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """As a stranger runs it: the file alone, away from ours."""
    command = [sys.executable, "-I", str(FILE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What it prints, run in this process; its fault if it has one."""
    monkeypatch.setattr(sys, "argv", ["check_log.py", *map(str, arguments)])
    try:
        check_log.main()
    except SystemExit as fault:
        return str(fault)
    except Exception as fault:  # its last lines tell these as faults
        return f"FAULT: {fault!r}"
    return capsys.readouterr().out


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    return partial(told, capsys, monkeypatch)


def test_a_stranger_checks_a_folder(log: Written, tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(log.notes[4])
    shutil.copy(FILE, tmp_path / "check_log.py")
    done = run(log.folder, "--vkey", log.vkey, "--since", tmp_path / "old")
    assert done.returncode == 0, done.stderr
    assert "ok: 300 entries, 3 statements, 0 erased" in done.stdout


def test_a_fault_is_told_and_ends_with_1(log: Written, tmp_path: Path) -> None:
    shutil.copytree(log.folder, tmp_path / "log")
    (tmp_path / "log" / "tile" / "0" / "000").write_bytes(b"x")
    done = run(tmp_path / "log", "--vkey", log.vkey)
    assert done.returncode == 1
    assert done.stderr.startswith("FAULT: tile 0 of level 0")


def test_what_a_hostile_log_writes_is_not_obeyed_by_a_terminal(tmp_path: Path, say: Any) -> None:
    hostile = LogFolder(tmp_path, Signer("lists.example/log", bytes(32)))
    hostile.append([write_canonical({"at": "\x1b[31m\x9b2J\u202e", "type": "begin", "v": 1})])
    said = say(tmp_path, "--vkey", write_vkey(hostile.signer.key))
    assert said.startswith("FAULT: entry 0: expected a moment")
    assert said.isprintable()


@pytest.mark.parametrize("folder", ["nothing", "pyproject.toml"])
def test_where_no_log_is_it_says_so(log: Written, folder: str, say: Any) -> None:
    assert say(folder, "--vkey", log.vkey).startswith("FAULT: checkpoint: expected a checkpoint")


def test_a_log_behind_a_url_is_checked(log: Written) -> None:
    with served(log.folder.parent) as url:
        done = run(f"{url}/{log.folder.name}/", "--vkey", log.vkey)
    assert done.stdout.startswith("ok: 300 entries"), done.stderr


def test_a_server_that_is_asked_too_often_is_asked_again_a_moment_later(log: Written) -> None:
    statuses = [200, 429, 200]

    class Busy(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            super().do_GET() if not statuses or statuses.pop() == 200 else self.send_error(429)

        def log_message(self, *_: object) -> None:
            pass

    with running(partial(Busy, directory=str(log.folder))) as url:
        done = run(url, "--vkey", log.vkey)
    assert done.stdout.startswith("ok: 300 entries"), done.stderr
    assert not statuses


@pytest.mark.parametrize(
    ("vkey", "words"),
    [
        ("lists.example/log+00000000+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "a key whose hash is 00000000"),
        ("log.example.org/list+e183b02a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "another log"),
        ("witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X", "an Ed25519 key of a log"),
    ],
)
def test_a_key_that_is_not_the_logs_is_refused(log: Written, vkey: str, words: str, say: Any) -> None:
    assert words in say(log.folder, "--vkey", vkey)


def test_a_log_that_has_grown_past_its_partial_files_is_checked(log: Written, tmp_path: Path, say: Any) -> None:
    """A reader may be at a checkpoint whose partial tiles have given way to full ones."""
    shutil.copytree(log.folder, tmp_path / "log")
    (tmp_path / "log" / "checkpoint").write_bytes(log.notes[4])
    shutil.rmtree(tmp_path / "log" / "tile" / "0" / "000.p", ignore_errors=True)
    shutil.rmtree(tmp_path / "log" / "tile" / "entries" / "000.p", ignore_errors=True)
    assert say(tmp_path / "log", "--vkey", log.vkey).startswith("ok: 4 entries")


class TestProofs:
    @pytest.fixture
    def files(self, log: Written, tmp_path: Path) -> list[object]:
        for name in ("entry.json", "release.tlog-proof"):
            shutil.copy(log.folder / "releases" / "1" / name, tmp_path / name)
        return ["--vkey", log.vkey, "--proof", tmp_path / "release.tlog-proof", "--entry", tmp_path / "entry.json"]

    def test_an_entry_is_proven_offline(self, files: list[object], say: Any) -> None:
        assert say(*files) == "ok: this is entry 299\n"

    @pytest.mark.parametrize("name", ["entry.json", "release.tlog-proof"])
    def test_an_altered_entry_or_proof_is_not(self, files: list[object], tmp_path: Path, name: str, say: Any) -> None:
        octets = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(octets.replace(b"2", b"3", 1))
        assert say(*files).startswith("FAULT")


class TestNames:
    """Documents as `filterdns log prove --out` writes them."""

    @pytest.fixture
    def prove(self, log: Written, tmp_path: Path, say: Any) -> Any:
        """What is said of a document with this proof of a name."""
        reader = open_local(log.state)

        def proven(index: int) -> dict[str, Any]:
            proof = write_proof_file(reader.proof(index))
            return {"entry": reader.entry(index).decode(), "proof": proof.decode(), "index": index}

        def prove(claim: dict[str, Any], *decisions: dict[str, Any]) -> str:
            release = {"number": 1, **proven(299)}
            told = {"v": 1, "name": claim["name"], "release": release, "categories": [claim], "decisions": decisions}
            (tmp_path / "name.json").write_text(json.dumps(told))
            return str(say("--vkey", log.vkey, "--name-proof", tmp_path / "name.json"))

        prove.proven = proven  # type: ignore[attr-defined]
        return prove

    @pytest.mark.parametrize("publication", ["open", "hashed"])
    @pytest.mark.parametrize("name", ["0.example", *NAMES, "cc.example", "zz.example"])
    def test_a_name_is_proven_to_be_in_a_release_or_not(self, prove: Any, name: str, publication: str) -> None:
        proof = name_proof(name, publication)
        proof.check()
        what = "in" if name in NAMES else "not in"
        assert prove(proof.as_json()) == f"ok: {name} {what} gambling release 1\n"

    @pytest.mark.parametrize("publication", ["open", "hashed"])
    @pytest.mark.parametrize(
        "change",
        [
            {"listed": False},
            {"name": "other.example"},
            {"names": 2},
            {"root": "00" * 32},
            {"category": "adult"},
            {"leaves": []},
            {"salt": "00"},
            {"publication": "counted"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_another_claim_is_not_proven(self, prove: Any, publication: str, change: dict[str, Any]) -> None:
        text = prove(name_proof("bb.example", publication).as_json() | change)
        assert text.startswith("FAULT") or (publication, *change) == ("open", "salt")  # an OPEN tree has none

    def test_a_name_that_is_listed_is_not_proven_away_by_others(self, prove: Any) -> None:
        """Its neighbours, but not side by side."""
        left, right = name_proof("aa.example", "open"), name_proof("dd.example", "open")
        claim = left.as_json() | {"name": "bb.example", "listed": False}
        claim["leaves"] += right.as_json()["leaves"]
        assert prove(claim).startswith("FAULT: name proof")

    def test_decisions_are_proven_with_their_statements(self, log: Written, prove: Any) -> None:
        claim, decision = name_proof("bb.example", "open").as_json(), prove.proven(2)
        commitment = json.loads(decision["entry"])["statement"]
        body = json.loads((log.folder / "statements" / commitment[:2] / f"{commitment}.json").read_bytes())
        assert prove(claim, decision | {"statement": body}).startswith("ok")
        assert prove(claim, decision | {"statement": None}).startswith("ok")
        body["statement"]["reason"] = {"en": "something else"}
        assert prove(claim, decision | {"statement": body}).startswith("FAULT: entry 2")
        assert prove(claim, prove.proven(1) | {"statement": None}).startswith("FAULT: entry 1")


@given(st.integers(1, 70), st.data())
def test_inclusion_proofs_of_all_sizes_agree_with_ours(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = [sha256(b"%d" % number).digest() for number in range(size)]
    get = TileHashes(size, lambda level, n, width: b"".join(hashes)).get
    proof = inclusion_proof(index, size, get)
    assert check_log.root_by(proof, hashes[index], index, size) == root_of(hashes) == check_log.root_of(hashes)
    other = data.draw(st.integers(-2, size + 2).filter(lambda other: other != index))
    assert check_log.root_by(proof, hashes[index], other, size) != root_of(hashes)
    assert check_log.root_by([*proof, hashes[0]], hashes[index], index, size) != root_of(hashes)
    if proof:
        assert check_log.root_by(proof[1:], hashes[index], index, size) != root_of(hashes)
