"""What a release says of a name is proven by one document, which nobody can change unseen."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.errors import IndexFault, LogFault
from filterdns.lists.release import open_current
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.keys.life import show_keys
from filterdns.log.names.checked_document import check_document, describe
from filterdns.log.names.proof_document import ReleaseProofs
from filterdns.log.reading.reader import open_local
from filterdns.tlog import check_log
from filterdns.tlog.policy import policy_of
from tests.lists.entries import own_entry
from tests.log.conftest import home_in
from tests.log.life import LoggingPublisher, Publisher

Document = dict[str, Any]
NAMES = [f"n{number}.example" for number in range(600)]


@dataclass(frozen=True)
class Proving:
    """A publisher of one release; `vkey` is its key, and that of another is `other`."""

    publisher: LoggingPublisher
    vkey: str
    other: str

    @property
    def state(self) -> Path:
        return self.publisher.home.state

    def document(self, name: str, category: str = "") -> Document:
        return ReleaseProofs(self.state, open_current(self.state)).document(name, open_local(self.state), category)


@pytest.fixture(scope="module")
def proving(tmp_path_factory: pytest.TempPathFactory) -> Proving:
    keys = []
    for folder in (tmp_path_factory.mktemp("other"), tmp_path_factory.mktemp("publisher")):
        home = home_in(folder)
        taxonomy = (home.shipped / "categories.yaml").read_text()
        head, games = taxonomy.split("\n  games:\n")
        games = games.replace("publication: open", "publication: counted", 1)
        (home.shipped / "categories.yaml").write_text(f"{head}\n  games:\n{games}")
        home.add_list("adult-a", "adult", redistribute=True)
        home.use("adult-a", NAMES)
        home.write("own/social.yaml", own_entry("club.example"))
        home.write("own/gore.yaml", own_entry("blood.example"))
        home.write("own/games.yaml", own_entry("play.example"))
        publisher = LoggingPublisher(home)
        publisher.build()
        keys.append(show_keys(home.state).held[0])
    return Proving(publisher, keys[1], keys[0])


def listed_in(document: Document) -> list[str]:
    return [each["category"] for each in document["categories"] if each["listed"]]


def checked_by_one_file(document: Document, vkey: str, folder: Path) -> tuple[int, str]:
    """What the checker of one file says, in a process of its own that imports nothing of ours."""
    (folder / "proof.json").write_text(json.dumps(document))
    (folder / "check_log.py").write_bytes(Path(check_log.__file__).read_bytes())
    command = [sys.executable, "-I", "check_log.py", "--vkey", vkey, "--name-proof", "proof.json"]
    done = run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "category"),
    [("n7.example", "adult"), ("club.example", "social"), ("blood.example", "gore"), ("no.example", "")],
)
def test_name_is_proven_in_its_category_and_in_no_other(
    proving: Proving, tmp_path: Path, name: str, category: str
) -> None:
    document = proving.document(name)
    assert listed_in(document) == ([category] if category else [])
    proven = check_document(json.loads(json.dumps(document)), policy_of(proving.vkey))
    assert (proven.name, len(proven.categories)) == (name, len(document["categories"]))
    assert len(proven.categories) > 20
    status, output = checked_by_one_file(document, proving.vkey, tmp_path)
    assert status == 0, output
    assert output.count("ok:") == len(proven.categories)
    assert (f"{name} in {category} release 1" in output) == bool(category)


def test_decision_about_a_name_comes_with_its_opened_statement(proving: Proving) -> None:
    proven = check_document(proving.document("club.example"), policy_of(proving.vkey))
    (decision,) = proven.decisions
    assert decision.entry.fields["name"] == "club.example"
    assert decision.body is not None
    assert decision.body.statement["reason"] == {"en": "seen"}
    assert any("listing added for social" in line for line in describe(proven))
    assert any(line.startswith("club.example with its subdomains is in social") for line in describe(proven))


def test_hashed_name_is_opened_for_whoever_names_it(proving: Proving) -> None:
    document = proving.document("blood.example")
    gore = next(each for each in document["categories"] if each["category"] == "gore")
    assert gore["publication"] == "hashed"
    assert "blood.example" not in gore["leaves"][0]["leaf"]
    (decision,) = document["decisions"]
    assert "blood" not in decision["entry"]
    assert decision["statement"]["statement"]["name"] == "blood.example"


def test_name_that_is_only_counted_looks_like_one_that_is_not_listed(proving: Proving) -> None:
    counted, unlisted = (proving.document(name) for name in ("play.example", "plax.example"))
    assert counted["decisions"] == unlisted["decisions"] == []
    assert listed_in(counted) == listed_in(unlisted) == []
    hashed = {each["category"] for each in unlisted["categories"] if each["publication"] == "hashed"}
    rest = [
        [each | {"name": ""} for each in document["categories"] if each["category"] not in hashed]
        for document in (counted, unlisted)
    ]
    assert rest[0] == rest[1]


def test_erased_statement_leaves_the_decision_proven_without_it(
    logging_publisher: LoggingPublisher, tmp_path: Path
) -> None:
    publisher, home = logging_publisher, logging_publisher.home
    home.write("own/social.yaml", own_entry("club.example"))
    publisher.build()
    proofs = ReleaseProofs(home.state, home.release)
    commitment = json.loads(proofs.document("club.example", open_local(home.state))["decisions"][0]["entry"])[
        "statement"
    ]
    erase_statement(home.state, commitment, "personal_data", home.when)
    document = proofs.document("club.example", open_local(home.state))
    (decision,) = check_document(document, policy_of(show_keys(home.state).held[0])).decisions
    assert decision.body is None
    assert checked_by_one_file(document, show_keys(home.state).held[0], tmp_path)[0] == 0


def swapped(document: Document, category: str, **fields: Any) -> None:
    place = next(place for place, each in enumerate(document["categories"]) if each["category"] == category)
    document["categories"][place] = document["categories"][place] | fields


def without_leaf(document: Document) -> None:
    swapped(document, "adult", listed=False, leaves=[])


def a_neighbour_less(document: Document) -> None:
    adult = next(each for each in document["categories"] if each["category"] == "adult")
    adult["leaves"] = adult["leaves"][:1]


def another_leaf(document: Document) -> None:
    adult = next(each for each in document["categories"] if each["category"] == "adult")
    adult["leaves"][0]["leaf"] = adult["leaves"][0]["leaf"].replace("adult-a", "adult-b")


def another_release(document: Document) -> None:
    document["release"]["entry"] = document["release"]["entry"].replace('"number":1', '"number":2')


def another_tree(document: Document) -> None:
    swapped(document, "adult", names=599)


def another_salt(document: Document) -> None:
    swapped(document, "gore", salt="00" * 32)


def another_statement(document: Document) -> None:
    document["decisions"][0]["statement"]["statement"]["reason"] = {"en": "never"}


def another_name(document: Document) -> None:
    document["name"] = "innocent.example"
    for each in document["categories"]:
        each["name"] = "innocent.example"


HARMS: list[tuple[str, Callable[[Document], None]]] = [
    ("n7.example", without_leaf),
    ("n7.example", another_leaf),
    ("n7.example", another_release),
    ("n7.example", another_tree),
    ("blood.example", another_salt),
    ("n7x.example", a_neighbour_less),
    ("club.example", another_statement),
    ("club.example", another_name),
]


@pytest.mark.parametrize(("name", "harm"), HARMS, ids=[harm.__name__ for _, harm in HARMS])
def test_document_that_was_changed_proves_nothing(
    proving: Proving, tmp_path: Path, name: str, harm: Callable[[Document], None]
) -> None:
    document = copy.deepcopy(proving.document(name))
    harm(document)
    with pytest.raises(LogFault):
        check_document(document, policy_of(proving.vkey))
    status, output = checked_by_one_file(document, proving.vkey, tmp_path)
    assert status == 1
    assert "FAULT" in output


def test_proof_of_another_log_is_none(proving: Proving, tmp_path: Path) -> None:
    document = proving.document("n7.example")
    with pytest.raises(LogFault):
        check_document(document, policy_of(proving.other))
    assert checked_by_one_file(document, proving.other, tmp_path)[0] == 1


@pytest.mark.parametrize("values", [None, [], {}, {"v": 1}, {"v": 2}, "x", {"v": 1, "name": "a", "release": {}}])
def test_what_is_no_document_is_refused(proving: Proving, values: Any) -> None:
    with pytest.raises(LogFault):
        check_document(values, policy_of(proving.vkey))


def test_release_that_is_in_no_log_has_no_proof(publisher: Publisher) -> None:
    publisher.home.write("own/social.yaml", own_entry("club.example"))
    publisher.home.build()
    with pytest.raises((IndexFault, LogFault)):
        ReleaseProofs(publisher.home.state, publisher.home.release)


def test_command_tells_people_and_writes_the_proof(proving: Proving, tmp_path: Path) -> None:
    out = tmp_path / "proof.json"
    own = ("--state", str(proving.state))
    done = CliRunner().invoke(commands, ["log", "prove", *own, "https://x.CLUB.example/page", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "x.club.example is provably not in" in done.output
    assert "club.example, above it, is listed: `filterdns log prove club.example`" in done.output
    assert checked_by_one_file(json.loads(out.read_text()), proving.vkey, tmp_path)[0] == 0
    done = CliRunner().invoke(commands, ["log", "prove", *own, "club.example", "--category", "social", "--json"])
    assert listed_in(json.loads(done.output)) == ["social"]
    assert len(json.loads(done.output)["categories"]) == 1
    done = CliRunner().invoke(commands, ["log", "prove", *own, "club.example", "--category", "nothing"])
    assert done.exit_code == 1
    assert "expected a category with a tree" in done.output


def test_home_without_a_log_is_told_where_to_ask(tmp_path: Path) -> None:
    done = CliRunner().invoke(commands, ["log", "prove", "--state", str(tmp_path), "club.example"])
    assert done.exit_code == 1
    assert "expected an installation that keeps a log, got one without" in done.output
