"""Who watches a log for a name is told what is new about it, and when the log misbehaves."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filterdns.log.checking.monitor import Look, Watched, look
from filterdns.log.checking.seen import SeenCheckpoint
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.reading.files import FolderFiles
from filterdns.log.record.entries import END, REMEDY, read_entry, write_entry
from filterdns.tlog.checkpoint import parse_checkpoint
from filterdns.tlog.note import read_note
from filterdns.tlog.policy import policy_of
from tests.log.attacks import copy_of
from tests.log.logs import Written, begin, day, decision, imported, outcome


@pytest.fixture
def log(tmp_path: Path) -> Written:
    log = begin(tmp_path / "state", tmp_path / "elsewhere")
    log.append(decision(log.state, log.when, "www.example.org"), decision(log.state, log.when, "other.example"))
    return log


def at(
    log: Written, name: str = "", seen: Look | None = None, when: datetime | None = None, commitment: str = ""
) -> Look:
    return look(
        FolderFiles(log.folder), policy_of(log.vkey), Watched(name, commitment), kept(seen), [], when or log.when
    )


def kept(found: Look | None) -> SeenCheckpoint | None:
    if found is None:
        return None
    return SeenCheckpoint("the last look", parse_checkpoint(read_note(found.note).text), found.note)


def names(found: Look) -> list[str]:
    return [news.fields.get("name", news.type) for news in found.news]


@pytest.mark.parametrize("name", ["www.example.org", "example.org", "org", "deep.www.example.org"])
def test_names_above_and_below_are_told(log: Written, name: str) -> None:
    found = at(log, name)
    assert names(found) == ["www.example.org"]
    assert found.news[0].statement == {
        "v": 1,
        "kind": "listing",
        "key": "gambling www.example.org",
        "name": "www.example.org",
        "scope": "subdomains",
        "reason": {"en": "roulette at www.example.org"},
    }
    assert found.alarms == []


@pytest.mark.parametrize("name", ["ww.example.org", "ample.org", "example.com", "w.example"])
def test_other_names_are_not(log: Written, name: str) -> None:
    assert at(log, name).news == []


def test_only_what_is_new_is_told(log: Written) -> None:
    first = at(log, "example.org")
    assert at(log, "example.org", first).news == []
    log.append(imported(log.when, 1), decision(log.state, log.when, "www.example.org", "removed"))
    second = at(log, "example.org", first)
    assert [(news.index, news.fields["action"]) for news in second.news] == [(4, "removed")]
    assert (second.begin, second.end) == (3, 5)


def test_remedy_and_erasure_of_what_was_decided_before_are_told(log: Written) -> None:
    seen = at(log, "example.org")
    statement = seen.news[0].fields["statement"]
    log.append(write_entry(REMEDY, log.when, statement=statement, release=1))
    erase_statement(log.state, statement, "mistake", log.when)
    assert names(at(log, "example.org", seen)) == ["remedy", "erasure"]
    assert names(at(log, "other.example", seen)) == []


def test_a_hashed_decision_is_found_by_its_commitment_alone(log: Written) -> None:
    hashed = decision(log.state, log.when, "secret.example", category="adult", hashed=True)
    log.append(hashed)
    assert at(log, "secret.example").news == []
    (news,) = at(log, commitment=read_entry(hashed).fields["statement"]).news
    assert news.statement is None


def test_a_log_that_stands_still_is_an_alarm(log: Written) -> None:
    assert at(log, "example.org", when=log.when + timedelta(hours=48)).alarms == []
    (alarm,) = at(log, "example.org", when=log.when + timedelta(hours=49)).alarms
    assert "stands still" in alarm


def test_a_log_without_days_is_an_alarm(log: Written) -> None:
    log.append(day(log.when))
    log.append(imported(log.later(hours=40), 1))
    assert at(log, "example.org").alarms == []
    log.append(imported(log.later(hours=20), 1))
    (alarm,) = at(log, "example.org").alarms
    assert "day" in alarm


def test_a_log_that_has_ended_is_told(log: Written) -> None:
    log.append(write_entry(END, log.when, successor=""))
    (alarm,) = at(log, "example.org", when=log.when + timedelta(days=30)).alarms
    assert "ended" in alarm


def test_a_log_that_was_put_back_is_an_alarm_and_nothing_is_taken_for_seen(log: Written) -> None:
    before = log.folder.with_name("before")
    shutil.copytree(log.folder, before)
    log.append(imported(log.when, 1))
    seen = at(log, "example.org")
    shutil.rmtree(log.folder)
    before.rename(log.folder)
    found = at(log, "example.org", seen)
    assert "rolled back" in found.alarms[0]
    assert found.note == b""


def test_a_rewritten_log_is_an_alarm(log: Written, tmp_path: Path) -> None:
    seen = at(log, "example.org")
    copy = copy_of(log, tmp_path / "copy")
    copy.rewrite([copy.entries[0], copy.entries[2], copy.entries[1], *copy.entries[3:]])
    found = look(FolderFiles(copy.folder), policy_of(log.vkey), Watched("example.org"), kept(seen), [], log.when)
    assert "keep both checkpoints" in found.alarms[0]
    assert found.news == []


def test_a_log_of_another_key_is_an_alarm(log: Written, tmp_path: Path) -> None:
    other = begin(tmp_path / "other", tmp_path / "other-elsewhere")
    found = look(FolderFiles(other.folder), policy_of(log.vkey), Watched("example.org"), None, [], log.when)
    assert len(found.alarms) == 1
    assert found.note == b""


def test_a_damaged_bundle_is_an_alarm(log: Written) -> None:
    path = log.folder / "tile/entries/000.p/3"
    path.write_bytes(path.read_bytes().replace(b"www", b"xxx"))
    found = at(log, "example.org")
    assert "cannot be read" in found.alarms[0]
    assert found.note == b""


def test_what_came_of_a_case_is_told_to_who_watches_the_name(log: Written) -> None:
    seen = at(log, "example.org")
    log.append(outcome(log.state, log.when, "www.example.org"))
    (news,) = at(log, "example.org", seen).news
    assert (news.type, news.fields["outcome"]) == ("outcome", "removed")
    assert at(log, "other.example", seen).news == []
