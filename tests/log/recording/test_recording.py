"""How releases and decisions get into the log, and what happens when it cannot be written."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.errors import LogFault
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import load_categories
from filterdns.lists.manifest import Manifest
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.release import get_pointed, open_current
from filterdns.lists.revocations import SUSPENDED, Revocation, revise_revocations
from filterdns.lists.standing import Standings
from filterdns.lists.store import Recorder
from filterdns.log.names.trees import NameTrees
from filterdns.log.places import checkpoint_file, public_folder, release_folder
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, DECISIONS, IMPORT, RELEASE, REVOCATIONS, read_entry
from filterdns.log.recording.appending import open_append
from filterdns.log.recording.decided import Decided, Key, decided
from filterdns.log.recording.fold import fold_file
from filterdns.log.recording.recorder import Recording, record_day, record_revocations
from filterdns.log.recording.soundness import look_at_log
from filterdns.log.writing.writer import LogWriter
from filterdns.tlog.note import read_note
from filterdns.tlog.policy import parse_policy
from filterdns.tlog.proof_file import parse_proof_file
from tests.lists.entries import own_entry, protected_entry
from tests.lists.test_crash import killed_before
from tests.log.site import Site, site
from tests.resolving import HandClock

__all__ = ["site"]


def test_a_release_is_in_the_log_before_it_is_current(site: Site) -> None:
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish()
    folder = open_current(site.state).folder
    entry, proof = (folder / "entry.json").read_bytes(), (folder / "release.tlog-proof").read_bytes()
    policy = parse_policy((public_folder(site.state) / "policy").read_text())
    parse_proof_file(proof).check(entry, policy)
    (release,) = site.of(RELEASE)
    assert read_entry(entry).fields == release
    assert release["number"] == 1
    assert release["inputs"] == open_current(site.state).manifest.inputs_sha256
    public = release_folder(site.state, 1)
    for name in ("manifest.json", "entry.json", "release.tlog-proof"):
        assert (public / name).read_bytes() == (folder / name).read_bytes()
    trees = {tree["category"]: tree for tree in release["trees"]}
    names = NameTrees(open_current(site.state))
    assert trees["adult"]["root"] == names.prove("adult", "adult.example").root.hex()
    assert names.salt.hex() == release["salt"]


def test_one_release_makes_one_checkpoint(site: Site) -> None:
    site.write("own/adult.yaml", "".join(own_entry(f"n{number}.example") for number in range(20)))
    site.add_list("bets", "gambling")
    site.use("bets", ["bet.example"])
    before = site.size
    site.publish()
    types = [entry.type for entry in site.entries[before:]]
    assert types == [DECISION] * types.count(DECISION) + [IMPORT, RELEASE, DECISIONS, REVOCATIONS]
    proof = parse_proof_file((open_current(site.state).folder / "release.tlog-proof").read_bytes())
    assert read_note(proof.checkpoint).text.splitlines()[1] == str(before + types.index(RELEASE) + 1)


def test_nothing_new_is_recorded_of_the_same_data(site: Site) -> None:
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish()
    size = site.size
    site.publish(hours=1)
    assert site.size == size


def test_a_decision_that_is_added_changed_and_ended_is_told_each_time(site: Site) -> None:
    site.publish()
    size = site.size
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish(minutes=5)
    assert site.decisions(size) == {("listing", "added", "adult.example")}
    size = site.size
    site.write("own/adult.yaml", own_entry("adult.example").replace("seen", "seen twice"))
    site.publish(minutes=5)
    assert site.decisions(size) == {("listing", "changed", "adult.example")}
    size = site.size
    site.write("own/adult.yaml", "")
    site.publish(minutes=5)
    assert site.decisions(size) == {("listing", "removed", "adult.example")}
    added, changed, removed = (each["statement"] for each in site.of(DECISION) if each.get("name") == "adult.example")
    assert site.said(changed)["reason"] == {"en": "seen twice"}
    assert site.said(removed)["ends"] == changed
    assert site.said(removed)["name"] == "adult.example"
    assert site.said(added)["key"] == site.said(removed)["key"]
    assert look_at_log(site.state, site.when) == ""


def test_a_hashed_decision_names_nothing_in_public(site: Site) -> None:
    site.write("own/selfharm.yaml", own_entry("secret-harm.example"))
    site.publish()
    (decision,) = [each for each in site.of(DECISION) if each["category"] == "selfharm"]
    assert "name" not in decision
    assert site.said(decision["statement"])["name"] == "secret-harm.example"
    site.write("own/selfharm.yaml", "")
    site.publish(minutes=5)
    assert [each["action"] for each in site.of(DECISION) if each["category"] == "selfharm"] == ["added", "removed"]
    folders = [path for path in public_folder(site.state).iterdir() if path.name != "decisions"]  # what homes filter by
    public = [path for folder in folders for path in (folder, *folder.rglob("*")) if path.is_file()]
    assert len(public) > 10
    assert not [path for path in public if b"secret-harm" in path.read_bytes()]


def test_what_a_household_added_for_itself_is_in_no_entry(site: Site) -> None:
    site.write("own/adult.mine.txt", "# fetched_on: 2026-11-24\nmy-list.example\n")
    site.write(
        "sources/household.yaml",
        "keeper: {name: this household}\nredistribute: false\nlists:\n  - {id: ours, title: {en: Ours}, "
        'category: adult, urls: ["https://lists.example/ours"], format: domains, subdomains: true}\n',
    )
    site.use("ours", ["at-home.example"])
    site.publish()
    assert site.found("at-home.example") == {"adult"}
    assert site.of(IMPORT) == []
    told = b"".join(open_local(site.state).entries(0, site.size))
    statements = b"".join(path.read_bytes() for path in site.state.rglob("statements/*/*.json"))
    assert not [word for word in (b"my-list", b"at-home", b"ours", b"adult.mine") if word in told + statements]


def test_decisions_about_copies_and_what_is_revoked_need_no_release(site: Site) -> None:
    site.add_list("adult-a", "adult")
    site.use("adult-a", [f"n{number}.example" for number in range(300)])
    site.publish()
    site.sleep(minutes=5)
    site.serve("adult-a", "<!DOCTYPE html><html>sorry</html>\n")
    site.update()
    site.deeds.keep_old("adult-a", site.when)
    table = load_categories(site.shipped / "categories.yaml")
    revise_revocations(site.state, lambda rows: [Revocation(b"n7.example", True, reason="a clinic", kind=SUSPENDED)])
    size = site.size
    site.publish()
    assert site.decisions(size) == {("copy", "added", "adult-a"), ("revocation", "added", "n7.example")}
    revise_revocations(site.state, lambda rows: [])
    (ended,) = record_revocations(site.state, table, site.when)
    assert (ended.action, ended.decided.fields["name"]) == ("removed", "n7.example")
    assert record_revocations(site.state, table, site.when) == []
    assert len(site.of(RELEASE)) == 1


def test_a_log_that_is_not_sound_keeps_the_last_good_release(site: Site) -> None:
    site.publish()
    size = checkpoint_file(site.state).read_bytes()
    checkpoint_file(site.state).write_bytes(size.replace(b"lists.example", b"other.example"))
    site.write("own/adult.yaml", own_entry("adult.example"))
    with pytest.raises(LogFault):
        site.publish(minutes=5)
    assert get_pointed(site.state) == 1
    checkpoint_file(site.state).write_bytes(size)
    site.publish(minutes=5)
    assert open_current(site.state).number > 1
    assert "adult" in site.found("adult.example")


class Power(Recording):
    """A recording after which the machine stops."""

    def __call__(self, own: OwnData, standings: Standings) -> Recorder:
        record = super().__call__(own, standings)

        def record_and_stop(folder: Path, manifest: Manifest) -> None:
            record(folder, manifest)
            raise KeyboardInterrupt

        return record_and_stop


def test_a_number_that_the_log_has_is_not_given_again(site: Site) -> None:
    site.publish()
    site.write("own/adult.yaml", own_entry("adult.example"))
    recording = Power(site.state, HandClock(when=site.when))  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        build_release(site.shipped, site.overlay, site.state, site.when, record=recording)
    assert get_pointed(site.state) == 1
    site.publish(minutes=5)
    assert [release["number"] for release in site.of(RELEASE)] == [1, 2, 3]
    assert get_pointed(site.state) == 3
    assert site.decisions(site.size - 1) == set()


def test_killed_before_any_change_of_the_disk_the_log_and_the_pointer_agree(site: Site) -> None:
    """Some of the changes in each run: of about two hundred there are."""
    site.publish()
    step, killed = 1, 0
    while True:
        site.write("own/adult.yaml", own_entry(f"n{step}.example"))
        site.write("own/selfharm.yaml", own_entry(f"h{step}.example"))
        site.sleep(minutes=5)
        if not killed_before(step, site.state, site.publish):
            break
        step, killed = step + 23, killed + 1
        current = open_current(site.state)
        assert (current.folder / "release.tlog-proof").exists()
        assert current.number in [release["number"] for release in site.of(RELEASE)]
    assert killed > 5
    site.publish(minutes=5)
    assert site.found(f"n{step}.example") == {"adult"}
    numbers = [release["number"] for release in site.of(RELEASE)]
    assert numbers == sorted(set(numbers))
    assert look_at_log(site.state, site.when) == ""
    stands = {each.statement["name"] for each in decided_now(site).values() if "name" in each.statement}
    fold_file(site.state).unlink()
    with open_append(site.state, site.when) as append:
        kept = {key.split()[1] for kind, key in append.fold.stands if kind == "listing"}
    assert kept == stands


def decided_now(site: Site) -> dict[Key, Decided]:
    return decided(load_own_data(site.shipped, site.overlay), Standings())


def test_numbers_go_on_when_all_releases_are_gone(site: Site) -> None:
    import shutil

    site.publish()
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish(minutes=5)
    shutil.rmtree(site.state / "releases")
    (site.state / "current").unlink()
    site.publish(minutes=5)
    assert [release["number"] for release in site.of(RELEASE)] == [1, 2, 3]


def test_a_log_that_begins_later_takes_the_current_release(tmp_path: Path, site: Site) -> None:
    later = Site(site.shipped, tmp_path / "later")
    later.build()
    assert not (open_current(later.state).folder / "entry.json").exists()
    later.begin_log()
    later.publish(minutes=5)
    assert [release["number"] for release in later.of(RELEASE)] == [1]
    assert (open_current(later.state).folder / "release.tlog-proof").exists()
    proof = open_current(later.state).folder / "release.tlog-proof"
    first = parse_proof_file(proof.read_bytes())
    proof.unlink()
    later.publish(minutes=5)
    assert parse_proof_file(proof.read_bytes()).index == first.index
    assert [release["number"] for release in later.of(RELEASE)] == [1]


def test_the_fold_is_made_again_from_the_log(site: Site) -> None:
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.write("own/selfharm.yaml", own_entry("harm.example"))
    site.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    site.publish()
    size, kept = site.size, json.loads(fold_file(site.state).read_bytes())
    for octets in (b"", b"{}", b'{"v":1,"size":9999,"last":"","release":1,"day":"","stands":{}}'):
        fold_file(site.state).write_bytes(octets)
        site.publish(minutes=5)
        assert site.size == size
    fold_file(site.state).unlink()
    site.write("own/selfharm.yaml", "")
    site.publish(minutes=5)
    assert {kind for kind, action, _ in site.decisions(size) if action == "removed"} == {"listing"}
    again = json.loads(fold_file(site.state).read_bytes())
    assert {"harm.example" in key for key in kept["stands"]["listing"]} == {True, False}
    assert not [key for key in again["stands"]["listing"] if "harm.example" in key]


def statements(site: Site) -> set[Path]:
    return set(site.state.rglob("statements/*/*.json"))


def test_of_an_append_that_failed_no_statement_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.publish()
    before = statements(site)
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.write("own/selfharm.yaml", own_entry("harm.example"))

    def refuse(writer: LogWriter, entries: object) -> None:
        raise LogFault("expected a day, got another")

    with monkeypatch.context() as patched:
        patched.setattr(LogWriter, "append", refuse)
        with pytest.raises(LogFault):
            site.publish(minutes=5)
    assert statements(site) == before
    site.publish(minutes=5)
    assert len(statements(site)) == len(before) + 2


def test_each_day_has_one_entry_of_its_own(site: Site) -> None:
    assert [record_day(site.state, site.when + timedelta(hours=hours)) for hours in (0, 5, 11, 12, 30)] == [
        *(True, False, False, True, False),
    ]
    assert [each["date"] for each in site.of("day")] == ["2026-11-24", "2026-11-25"]


def test_entries_are_never_older_than_those_before(site: Site) -> None:
    site.publish()
    site.write("own/adult.yaml", own_entry("adult.example"))
    site.publish(minutes=-50)
    times = [entry.at for entry in site.entries]
    assert times == sorted(times)


def test_without_a_log_nothing_is_written(tmp_path: Path, site: Site) -> None:
    home = Site(site.shipped, tmp_path / "home")
    home.publish()
    assert not record_day(home.state, home.when)
    assert not (home.state / "log").exists()
    assert not (home.state / "public").exists()
    assert not (open_current(home.state).folder / "trees").exists()
