"""The machine stops between any two writes: what is done again afterwards comes to the same as if it had not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from filterdns.log.checking.verify import verify_log
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.store import Store
from filterdns.yaml_lines import load_yaml
from tests.counted import counted
from tests.keep.duties.office import Office, listed
from tests.transparency.casebook.appealing import a_receipt

_NAMES = [f"{what}-{number}.example" for number in range(400) for what in ("late", "won", "narrow")]


class Stopped(BaseException):
    """The machine has stopped."""


@contextmanager
def stopping_before(step: int) -> Iterator[list[int]]:
    """Stop before the so-manieth file gets its name, or before or after a transaction; gives how many steps came."""
    steps = [0]
    patch = pytest.MonkeyPatch()

    def count() -> None:
        steps[0] += 1
        if steps[0] == step:
            raise Stopped

    patch.setattr(Path, "replace", counted(count, Path.replace))
    patch.setattr(Path, "unlink", counted(count, Path.unlink))
    patch.setattr(Store, "write", counted(count, Store.write, after=True))
    try:
        yield steps
    finally:
        patch.undo()


def live(office: Office, number: int) -> None:
    """Somebody is late, something is removed, something is narrowed, something is listed: all of one moment."""
    late, won = office.appeal(f"late-{number}.example"), office.appeal(f"won-{number}.example")
    narrow = office.appeal(f"narrow-{number}.example", receipt=a_receipt(appellant="owner"))
    office.sleep(days=1)
    office.add(narrow, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.decide(narrow, e.NARROWED, opened_names=[{"name": f"a.narrow-{number}.example", "subdomains": False}])
    office.decide(won, e.REMOVED)
    people = (f"a-{number}", f"b-{number}")  # no organisation takes part in too many decisions (requirements 4.2)
    office.close(office.propose(f"casino-{number}.example"), e.LISTED, people)
    office.add(late, e.SUSPENDED, e.CLOCK, {"why": e.WHY_LATE}, "-")


def work(office: Office) -> None:
    office.look()
    office.build()
    office.look()


def check(office: Office, number: int) -> None:
    """Casebook, lists, release, revocations and log agree about what happened."""
    names = {what: f"{what}-{number}.example" for what in ("late", "won", "narrow", "casino")}
    assert office.waiting() == []
    assert office.filtered(names["late"]) == office.filtered(names["won"]) == set()
    assert office.filtered(names["narrow"]) == office.filtered(names["casino"]) == {"adult"}
    assert office.filtered(f"a.{names['narrow']}") == set()
    reasons = office.reasons
    assert reasons[names["late"]] == "suspended: we were late"
    assert names["narrow"] not in reasons
    allowed = load_yaml((office.site.overlay / "allow/desk.yaml").read_text(), "").data
    own = load_yaml((office.site.overlay / "own/adult.yaml").read_text(), "").data
    for entries, name in ((allowed, names["won"]), (allowed, f"a.{names['narrow']}"), (own, names["casino"])):
        assert [entry["name"] for entry in entries].count(name) == 1
    about = [(each["name"], each["outcome"]) for each in office.outcomes if f"-{number}." in each.get("name", "")]
    assert sorted(about) == [
        (names["casino"], "listed"),
        (names["late"], "suspended_late"),
        (names["narrow"], "narrowed"),
        (names["won"], "removed"),
    ]
    for what in ("won", "narrow", "casino"):
        (case,) = office.book.find(names[what])
        assert len(office.told(case, e.IN_FORCE)) == 1


def test_stopped_between_any_two_writes_it_comes_to_the_same(office: Office) -> None:
    listed(office.site, *_NAMES)
    live(office, 0)
    with stopping_before(0) as steps:
        work(office)
    check(office, 0)
    assert steps[0] > 40
    for number, step in enumerate(range(1, steps[0] - 8, 9), 1):
        live(office, number)
        with stopping_before(step + number % 9), pytest.raises(Stopped):
            work(office)
        work(office)
        check(office, number)
    policy = load_policy(office.site.state)
    assert policy is not None
    assert verify_log(FolderFiles(public_folder(office.site.state)), policy, office.when).faults == []
    assert office.book.check() == []
