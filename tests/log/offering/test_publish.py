"""What a publisher offers: once for each change, with its proof, in files that stay right at every moment."""

from __future__ import annotations

import gzip

import pytest

from filterdns.errors import LogFault, StateFault
from filterdns.lists.own_data import load_own_data
from filterdns.lists.release import open_current
from filterdns.lists.revocations import ALLOWED, Revocation
from filterdns.log.erasing.erase import erase_statement
from filterdns.log.keys import life as keys
from filterdns.log.offering.collected import collect_decisions
from filterdns.log.offering.decisions import digest_of, read_document
from filterdns.log.offering.heads import Head, body_path, head_path, read_head
from filterdns.log.offering.publish import KEPT_VERSIONS, publish_decisions, publish_revocations, refresh_heads
from filterdns.log.places import CHECKPOINT, key_file
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, DECISIONS, REVOCATIONS, read_entry, write_entry
from filterdns.log.record.statements import commit
from filterdns.log.trust import Trust, check_release
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.policy import policy_of
from filterdns.tlog.proof_file import parse_proof_file
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home
from tests.log.home.test_composed import recipe
from tests.log.life import LoggingPublisher
from tests.log.two_roles import Author


def head_of(author: Author, type_: str = DECISIONS) -> Head:
    return read_head((author.folder / head_path(type_)).read_bytes(), type_, policy_of(author.vkey))


def offered(author: Author) -> dict[str, str]:
    octets = (author.folder / body_path(DECISIONS, head_of(author).sha256)).read_bytes()
    assert digest_of(octets) == head_of(author).sha256
    assert len(octets) == head_of(author).body_octets
    return dict(read_document(octets).files)


def types(author: Author) -> list[str]:
    reader = open_local(author.home.state)
    return [read_entry(octets).type for octets in reader.entries(0, reader.size)]


def test_what_has_not_changed_is_logged_once(author: Author) -> None:
    for _ in range(3):
        author.publish()
    assert types(author) == ["begin", DECISIONS, REVOCATIONS]


def test_heads_carry_the_newest_checkpoint(author: Author) -> None:
    author.publish()
    author.add_day()
    size = open_local(author.home.state).size
    assert {head_of(author, type_).checkpoint.size for type_ in (DECISIONS, REVOCATIONS)} == {size}


def test_a_document_is_there_packed_as_well(author: Author) -> None:
    author.publish()
    path = author.folder / body_path(DECISIONS, head_of(author).sha256)
    assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()


def test_the_last_versions_can_be_brought_up_to_date_and_older_ones_stay_packed(author: Author) -> None:
    many = "".join(own_entry(f"n{number}.example") for number in range(10))
    for number in range(KEPT_VERSIONS + 3):
        author.decide("own/gambling.yaml", many + own_entry(f"new-{number}.example"))
    files = {path.name for path in (author.folder / "decisions").iterdir()}
    newest = head_of(author).sha256
    assert sum(name.startswith(f"{newest}.from.") for name in files) == KEPT_VERSIONS
    assert sum(".from." in name for name in files) == KEPT_VERSIONS
    assert sum(len(name) == 64 for name in files) == KEPT_VERSIONS + 1
    assert sum(name.endswith(".gz") for name in files) == KEPT_VERSIONS + 3


def test_what_a_publisher_keeps_to_itself_is_not_offered(author: Author) -> None:
    home = author.home
    home.write("sources/choices.yaml", "uni-a: off\n")
    home.write("own/gambling.mine.txt", "aunt.example\n")
    home.write("sources/ours.yaml", recipe(uni_a="gambling", uni_b="gambling").replace(
        "  urls:\n  - https://lists.example/uni_b\n", "  path: /home/aunt/list.txt\n"
    ))  # fmt: skip
    author.publish()
    text = "\n".join(offered(author).values())
    assert "uni-a" in text
    assert all(private not in text for private in ("aunt", "uni-b", "uni-a: off"))
    assert sorted(offered(author)) == ["protected/p1.yaml", "protected/p2.yaml", "sources/ours.yaml"]


def test_both_layers_are_offered_file_by_file(author: Author) -> None:
    author.home.write("protected/p2.yaml", protected_entry("school.example", "education"))
    author.decide("own/gambling.yaml", own_entry("casino.example"))
    files = offered(author)
    assert "clinic.example" in files["protected/p2.yaml"]
    assert "school.example" in files["protected/p2.ours.yaml"]
    assert "casino.example" in files["own/gambling.yaml"]


def test_holds_of_both_layers_are_one_file(author: Author) -> None:
    def hold(name: str) -> str:
        return (
            f"- name: {name}\n  scope: exact\n  reason: {{en: broken into}}\n  contact: a phone\n"
            "  approvals: [{by: a, org: b, on: 2026-11-24}, {by: c, org: d, on: 2026-11-24}]\n"
            "  listed_on: 2026-11-24\n  expires: 2026-11-26\n"
        )

    (author.home.shipped / "holds.yaml").write_text(hold("clinic.example"))
    author.decide("holds.yaml", hold("helpline.example"))
    text = offered(author)["holds.yaml"]
    assert "clinic.example" in text
    assert "helpline.example" in text


def test_revocations_that_hold_are_offered_and_what_a_release_allows_is_not(author: Author) -> None:
    gone = Revocation(b"past.example", True, until="2026-11-20", reason="x")
    author.revoke(gone, Revocation(b"now.example", True, reason="x"), Revocation(b"a.example", True, kind=ALLOWED))
    octets = (author.folder / body_path(REVOCATIONS, head_of(author, REVOCATIONS).sha256)).read_bytes()
    assert b"now.example" in octets
    assert b"past.example" not in octets
    assert b"a.example" not in octets
    assert head_of(author, REVOCATIONS).entry.fields["count"] == 1


def test_a_stop_between_the_entry_and_the_head_is_made_good(author: Author) -> None:
    author.publish()
    before = (author.folder / head_path(DECISIONS)).read_bytes()
    author.decide("own/gambling.yaml", own_entry("casino.example"))
    (author.folder / head_path(DECISIONS)).write_bytes(before)
    author.publish()
    assert "own/gambling.yaml" in offered(author)


def test_nothing_is_offered_without_a_log(author: Author) -> None:
    home = Home(author.home.shipped, author.home.state.parent / "none", author.home.when)
    own = load_own_data(home.shipped, None)
    publish_decisions(home.state, own, home.when)
    publish_revocations(home.state, own.table, home.when)
    assert not home.state.exists()


def test_files_that_change_while_they_are_read_are_not_offered(author: Author) -> None:
    own = load_own_data(author.home.shipped, None)
    (author.home.shipped / "protected" / "p2.yaml").write_text(protected_entry("other.example", "health"))
    with pytest.raises(StateFault, match="expected a file that stays as it is"):
        collect_decisions(own)


def test_proofs_of_releases_follow_the_keys(logging_publisher: LoggingPublisher) -> None:
    """A release that was proved under a key which has gone since is proved anew, or no worker would take it."""
    home = logging_publisher.home
    home.write("own/gambling.yaml", own_entry("casino.example"))
    logging_publisher.build()
    trust, folder = Trust(home.state, ""), open_current(home.state).folder
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "refresh_heads", lambda state: None)  # the machine stops before
        keys.rotate(home.state, home.when)
        keys.finish_rotation(home.state, home.when)
    with pytest.raises(LogFault, match="expected a signature"):
        check_release(folder, {}, trust)
    refresh_heads(home.state)
    check_release(folder, {}, trust)


def test_heads_follow_every_change_of_keys_an_erasure_and_the_end(author: Author) -> None:
    """Or homes would hear of it a day later, or never."""
    state, when = author.home.state, author.home.when
    statement = commit(state, {"reason": "x"}, is_open=True)
    fields = {"kind": "source", "action": "added", "category": "", "basis": "decided", "statement": statement}
    with open_writer(state, when) as log:
        log.append([write_entry(DECISION, when, **fields)])
    author.publish()

    def is_at_the_end() -> bool:
        heads = [(author.folder / head_path(type_)).read_bytes() for type_ in (DECISIONS, REVOCATIONS)]
        notes = {parse_proof_file(octets).checkpoint for octets in heads}
        return notes == {(author.folder / CHECKPOINT).read_bytes()}

    keys.rotate(state, when)
    assert is_at_the_end()
    keys.finish_rotation(state, when)
    assert is_at_the_end()
    key_file(state).unlink()
    keys.recover(state, author.recovery, when)
    assert is_at_the_end()
    erase_statement(state, statement, "harm", when)
    assert is_at_the_end()
    keys.end_log(state, "", when)
    assert is_at_the_end()
