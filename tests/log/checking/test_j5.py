"""A researcher or journalist audits (requirements section 5, J5), with what anybody can download and nothing else."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.lists.release import open_release
from filterdns.log.keys.life import show_keys
from filterdns.log.names.trees import NameTrees
from filterdns.log.places import public_folder
from tests.lists.entries import own_entry
from tests.lists.home import Home, files
from tests.log.conftest import home_in
from tests.log.life import BIG, LoggingPublisher

LAID_BESIDE = ("entry.json", "release.tlog-proof")  # by the log, when the release was finished


@dataclass(frozen=True)
class Auditor:
    """What somebody has who downloaded the public folder of a log, with its inputs, and knows its key."""

    log: Path
    vkey: str
    state: Path  # where releases are made again

    def run(self, *arguments: str) -> tuple[int, str]:
        environment = {"XDG_STATE_HOME": str(self.state.parent / "nothing")}
        result = CliRunner().invoke(commands, arguments, env=environment)
        return result.exit_code, result.output

    def replay(self, *arguments: str) -> tuple[int, str]:
        own = ("--log", str(self.log), "--vkey", self.vkey, "--inputs", str(self.log / "inputs"))
        return self.run("log", "replay", *own, "--state", str(self.state), *arguments)

    def diff(self, *arguments: str) -> list[str]:
        status, output = self.run("lists", "diff", "--state", str(self.state), *arguments)
        assert status == 0, output
        return output.splitlines()


@dataclass(frozen=True)
class Audit:
    """A publisher lived for nine releases and lost its machine; everything was made again from the download."""

    auditor: Auditor
    published: dict[str, bytes]  # the files of its last release
    status: int
    output: str


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    folder = tmp_path_factory.mktemp("audit")
    home: Home = home_in(folder)
    LoggingPublisher(home).live()
    shutil.copytree(public_folder(home.state), folder / "downloaded")
    auditor = Auditor(folder / "downloaded", show_keys(home.state).held[0], folder / "again")
    published = {name: octets for name, octets in files(home.release) if name not in LAID_BESIDE}
    shutil.rmtree(home.state)  # database, overlay, copies, caches
    return Audit(auditor, published, *auditor.replay())


def test_j5_a_release_is_reproduced_octet_for_octet_from_published_inputs(audit: Audit) -> None:
    assert audit.status == 0, audit.output
    assert dict(files(open_release(audit.auditor.state, 9))) == audit.published


def test_j5_b_every_build_since_the_first_is_made_again_from_the_log(audit: Audit) -> None:
    assert "9 of 9 releases are the same" in audit.output
    assert audit.output.count("the same, octet for octet") == 9


def test_j5_c_difference_between_releases_shows_what_came_and_went_and_by_whose_word(audit: Audit) -> None:
    diff = audit.auditor.diff
    assert diff("1", "2", "--names") == ["+adult new.example", "+adult xn--bcher-kva.example", "adult: +2 -0"]
    assert diff("2", "3", "--by", "category,source,basis") == ["games overlay/own/games.yaml starter: +1 -0"]
    assert diff("3", "4", "--names") == ["-adult new.example", "-adult xn--bcher-kva.example", "adult: +0 -2"]
    assert diff("4", "5", "--names", "--by", "category,source") == ["-adult adult-a n1.example", "adult adult-a: +0 -1"]
    assert diff("6", "7") == ["malware: +0 -1"]  # the pin holds against a security list that is a day old
    assert diff("7", "8") == ["adult: +1 -0"]  # it has ended


def test_j5_c_reason_stands_below_each_name_that_came_or_went(audit: Audit) -> None:
    diff = audit.auditor.diff
    list_a = "    A list names it. No person has checked this. List adult-a (adult-a), kept by adult-a."
    assert diff("1", "2", "--reasons")[:2] == ["+adult new.example", list_a]
    assert diff("2", "3", "--reasons")[:2] == ["+games other.example", "    seen (overlay/own/games.yaml)"]
    assert "Was named by “List adult-a” as adult until 24 November 2026." in diff("3", "4", "--reasons")[1]
    name, decided, kept_off, count = diff("4", "5", "--reasons")
    assert (name, count) == ("-adult n1.example", "adult: +0 -1")
    assert "On 26 November 2026: won." in decided
    assert "It is not listed, because it won an appeal" in kept_off
    went = diff("8", "9", "--reasons", "--by", "category,source")
    assert went[:2] == [
        "-malware malware-a bad.example",
        "    Its list is not used any more: List malware-a (malware-a), kept by malware-a.",
    ]


def test_j5_c_difference_is_counted_by_country_language_and_proposer(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    home.add_list("one", "adult")
    home.use("one", ["a.example"])
    home.build()
    home.use("one", ["a.example", "b.co.uk", "c.de", "d.xn--p1ai", "e.com"])
    evidence = "  evidence:\n  - {grade: E1, on: 2026-11-24, note: a shop, lang: fr}\n"
    home.write("own/games.yaml", own_entry("play.example", more=f"  proposed_by: school\n{evidence}"))
    clinic = "- {name: clinic.example, kind: health, country: IN, language: 'hi, en', source: test}\n"
    home.write("protected/p2.yaml", clinic)
    home.build()
    auditor = Auditor(tmp_path, "", home.state)
    assert auditor.diff("1", "2", "--by", "category,country") == [
        "adult DE: +1 -0",
        "adult GB: +1 -0",
        "adult RU: +1 -0",
        "adult unknown: +1 -0",
        "games unknown: +1 -0",
        "p2 IN: +1 -0",
    ]
    assert auditor.diff("2", "1", "--by", "language,basis,proposer") == [
        "en protected unknown: +0 -1",
        "fr starter school: +0 -1",
        "hi protected unknown: +0 -1",
        "unknown imported unknown: +0 -4",
    ]


def test_j5_c_a_field_that_is_none_is_refused_with_those_there_are(audit: Audit) -> None:
    status, output = audit.auditor.run("lists", "diff", "1", "2", "--state", str(audit.auditor.state), "--by", "colour")
    assert status == 1
    assert "--by: expected some of category, source, basis, proposer, country, language, got 'colour'" in output


def test_j5_c_reasons_stand_beside_each_name(audit: Audit) -> None:
    status, output = audit.auditor.run("lists", "show", "--state", str(audit.auditor.state), "play.example")
    assert status == 0
    assert "games" in output
    assert "seen" in output  # the reason, as it was written


def test_j5_b_names_that_ended_by_their_date_are_in_no_tree_of_a_later_release(audit: Audit) -> None:
    before, after = (NameTrees(open_release(audit.auditor.state, number)).trees["adult"] for number in (7, 8))
    assert (before.names, after.names) == (398, 0)  # of 400 one is taken off, one protected; nobody confirmed them


def test_j5_d_ten_thousand_names_are_looked_up_offline(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    corpus = tmp_path / "mine.txt"
    asked = [*BIG, *(f"other{number}.example" for number in range(9_600))]
    corpus.write_text("\n".join(asked))
    state = str(audit.auditor.state)
    status, output = audit.auditor.run("lists", "look-up", str(corpus), "--release", "7", "--state", state)
    assert status == 0, output
    rows = [row.split(",") for row in output.splitlines()[1:]]
    assert [row[0] for row in rows] == asked
    assert {row[0] for row in rows if row[2] == "adult"} == {*BIG} - {"n1.example", "n7.example"}
    assert [row[2:5] for row in rows if row[0] == "n7.example"] == [["p2", "protected", "overlay/protected/p2.yaml"]]
    assert {row[2] for row in rows if row[0] == "n1.example"} == {""}  # it is taken off


def test_replay_goes_on_from_what_was_made_before_and_notices_what_is_missing(audit: Audit, tmp_path: Path) -> None:
    auditor = audit.auditor
    status, output = Auditor(auditor.log, auditor.vkey, tmp_path / "again").replay("--release", "2")
    assert status == 0
    assert "2 of 2 releases are the same" in output
    sha256 = open_release(auditor.state, 4).manifest.inputs["overlay/own/games.yaml"]
    shutil.copytree(auditor.log, tmp_path / "log")
    (tmp_path / "log" / "inputs" / f"{sha256}.gz").unlink()
    status, output = Auditor(tmp_path / "log", auditor.vkey, tmp_path / "again").replay()
    assert status == 3
    assert f"overlay/own/games.yaml: {sha256}: expected it in" in output
    assert "2 of 9 releases are the same" in output
    assert "decision" not in output  # what was decided is as the log says, as far as it can be read
