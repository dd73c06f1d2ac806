"""A log as a publisher's days write it is sound: what is recorded is what verification asks for."""

from __future__ import annotations

import pytest

from filterdns.log.checking.verify import verify_log
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.keys.life import show_keys
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, read_entry
from filterdns.tlog import check_log
from filterdns.tlog.policy import policy_of
from tests.lists.entries import own_entry, protected_entry
from tests.log.conftest import home_in
from tests.log.life import ALLOW, LoggingPublisher


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> LoggingPublisher:
    publisher = LoggingPublisher(home_in(tmp_path_factory.mktemp("publisher")))
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    home.use("adult-a", ["x.example", "y.example"])
    home.write("own/games.yaml", own_entry("play.example"))
    home.write("protected/p2.yaml", protected_entry("n7.example", "health"))
    publisher.build()
    home.write("own/games.yaml", own_entry("play.example") + own_entry("other.example"))
    home.write("allow/won.yaml", ALLOW)
    publisher.build(days=1)
    home.write("own/games.yaml", own_entry("play.example"))
    home.switch(**{"adult-a": False})
    publisher.build(days=1)
    return publisher


def test_what_a_publisher_recorded_is_sound(publisher: LoggingPublisher) -> None:
    state, when = publisher.home.state, publisher.home.when
    (vkey,) = show_keys(state).held
    report = verify_log(FolderFiles(public_folder(state)), policy_of(vkey), when)
    assert [str(fault) for fault in report.faults] == []
    assert report.opened == report.types[DECISION] - report.closed > 0
    assert report.releases == report.types["release"] >= 3
    check_log.Log(check_log.Files(str(public_folder(state))), check_log.Key(vkey)).check([])


def test_it_stays_sound_when_a_statement_is_erased_and_the_decision_goes_on(publisher: LoggingPublisher) -> None:
    home = publisher.home
    reader = open_local(home.state)
    named = (read_entry(entry).fields for entry in reader.entries(0, reader.size) if b"play.example" in entry)
    erase_statement(home.state, next(named)["statement"], "personal_data", home.when)
    publisher.build(days=1)
    (home.overlay / "own" / "games.yaml").write_text("[]\n")
    publisher.build(days=1)
    (vkey,) = show_keys(home.state).held
    report = verify_log(FolderFiles(public_folder(home.state)), policy_of(vkey), home.when)
    assert [str(fault) for fault in report.faults] == []
    assert report.erased == 1
