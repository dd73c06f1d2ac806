"""The life of the log's keys, each drill from end to end by the commands, and what readers make of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from filterdns.cli.log_keys import command
from filterdns.errors import FilterdnsError, LogFault
from filterdns.log.keys.handovers import Handover, follow_keys, read_handovers, write_handovers
from filterdns.log.keys.key_file import load_keys, make_key, store_keys
from filterdns.log.keys.life import finish_rotation, make_log, recover, rotate, show_keys
from filterdns.log.keys.signing_keys import changes_keys, keys_after
from filterdns.log.places import handovers_file, key_file, policy_file, private_folder, public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import LogReader, open_local
from filterdns.log.record.entries import Entry, read_entry, write_entry
from filterdns.tlog.note import read_note, write_vkey
from filterdns.tlog.policy import Policy, parse_policy, policy_of
from tests.lists.test_crash import killed_before
from tests.log.kept import ORIGIN, WHEN, append, begin, check_whole, days

NOW = WHEN


def run(state: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--state", str(state)])


def done(state: Path, *arguments: str) -> str:
    result = run(state, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def vkey_of(state: Path) -> str:
    return load_keys(key_file(state))[-1].vkey


def read_by(state: Path, policy: Policy) -> LogReader:
    """The log as somebody reads it who follows its keys from those of a policy."""
    files = FolderFiles(public_folder(state))
    return LogReader(files, follow_keys(files, policy))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A log begun by the command, with some entries."""
    state = tmp_path / "state"
    state.mkdir()
    output = done(state, "make", "--origin", ORIGIN, "--recovery", str(tmp_path / "recovery"))
    assert f"key       {ORIGIN}+" in output
    assert f"recovery  {ORIGIN}+" in output
    more(state, 5)
    return state


def more(state: Path, count: int = 1) -> None:
    """Append, now by the real clock: the commands date what they write by it."""
    when = read_entry(open_local(state).entry(0)).at
    append(state, days(count, 0, when), when)


def signers(state: Path) -> set[bytes]:
    return {signature.key_id for signature in read_note(open_local(state).note).signatures}


def test_log_that_was_made_names_its_keys_and_its_policy_is_enough_to_read_it(state: Path, tmp_path: Path) -> None:
    first = read_entry(open_local(state).entry(0))
    assert first.type == "begin"
    assert first.fields == {
        "origin": ORIGIN,
        "key": vkey_of(state),
        "recovery": load_keys(tmp_path / "recovery")[0].vkey,
    }
    policy = parse_policy(policy_file(state).read_text())
    assert policy == policy_of(vkey_of(state))
    assert read_by(state, policy).size == 6
    assert done(state, "show").splitlines()[0] == f"key       {vkey_of(state)}"


def test_rotation_is_signed_by_both_and_then_by_the_new_key_alone(state: Path) -> None:
    old = vkey_of(state)
    reader_of_old = policy_of(old)
    assert "both keys sign now" in done(state, "rotate")
    new = vkey_of(state)
    assert new != old
    more(state)
    assert len(signers(state)) == 2
    assert read_by(state, reader_of_old).size == 8
    assert [write_vkey(log.key) for log in parse_policy(policy_file(state).read_text()).logs] == [old, new]
    assert "a rotation is under way" in run(state, "rotate").output
    done(state, "rotate", "--finish")
    assert len(signers(state)) == 2  # those who know the old key alone can still check the entry that removes it
    more(state)
    assert signers(state) == {load_keys(key_file(state))[0].signer.key.key_id}
    assert [key.vkey for key in load_keys(key_file(state))] == [new]
    assert read_by(state, reader_of_old).size == 10  # although the old key signs no more
    assert read_by(state, policy_of(new)).size == 10
    assert parse_policy(policy_file(state).read_text()) == policy_of(new)
    assert "expected a rotation under way, got none" in run(state, "rotate", "--finish").output
    assert f"removed   {old}" in done(state, "show")
    check_whole(state)


def test_key_is_followed_over_many_rotations(state: Path) -> None:
    old = vkey_of(state)
    for _ in range(4):
        done(state, "rotate")
        more(state)
        done(state, "rotate", "--finish")
    more(state)
    assert read_by(state, policy_of(old)).size == open_local(state).size == 19


def test_lost_key_is_replaced_by_the_word_of_the_recovery_key(state: Path, tmp_path: Path) -> None:
    old = vkey_of(state)
    shutil.rmtree(private_folder(state))
    with pytest.raises(LogFault, match="log/key: expected secret keys"):
        more(state)
    assert "its secret is not here" in done(state, "show")
    assert "the lost key is removed" in done(state, "lost", "--recovery", str(tmp_path / "recovery"))
    new = vkey_of(state)
    assert len(signers(state)) == 2  # the recovery key and the new one
    more(state)
    assert signers(state) == {load_keys(key_file(state))[0].signer.key.key_id}
    assert read_by(state, policy_of(old)).size == 9  # it learnt the recovery key from the log
    assert parse_policy(policy_file(state).read_text()) == policy_of(new)
    shown = show_keys(state)
    assert [write_vkey(key) for key in shown.state.removed] == [old]
    done(state, "rotate")
    done(state, "rotate", "--finish")
    more(state)
    assert read_by(state, policy_of(old)).size == 12
    check_whole(state)


def test_recovery_key_of_a_stranger_is_refused(state: Path, tmp_path: Path) -> None:
    key_file(state).unlink()
    store_keys(tmp_path / "strange", [make_key(ORIGIN)], "A key of somebody else.")
    output = run(state, "lost", "--recovery", str(tmp_path / "strange")).output
    assert "expected the recovery key of this log" in output
    assert not key_file(state).exists()
    assert open_local(state).size == 6


def test_recovery_is_not_for_a_key_that_is_there(state: Path, tmp_path: Path) -> None:
    output = run(state, "lost", "--recovery", str(tmp_path / "recovery")).output
    assert "expected a key that is lost, got it; to replace it: `log keys rotate`" in output


def test_stranger_who_has_no_key_is_refused_by_a_reader(state: Path, tmp_path: Path) -> None:
    mine = policy_of(vkey_of(state))
    strange = begin(tmp_path / "strange")
    append(strange, days(9))
    with pytest.raises(LogFault, match="this is another log, or the key was copied wrongly"):
        read_by(strange, mine)
    rotate(strange, WHEN)
    finish_rotation(strange, WHEN)
    append(strange, days(1))
    with pytest.raises(LogFault, match="this is another log"):
        read_by(strange, mine)
    # ...nor with the true changes of keys, which are of another tree.
    shutil.copy2(handovers_file(state), handovers_file(strange))
    with pytest.raises(LogFault, match="consistency proof"):
        read_by(strange, mine)


def test_handover_that_nobody_signed_who_might_is_refused(state: Path) -> None:
    """A mirror that may add what it likes, but has no key, cannot lead a reader to its own."""
    old = policy_of(vkey_of(state))
    done(state, "rotate")
    done(state, "rotate", "--finish")
    more(state)
    changes = read_handovers(handovers_file(state).read_bytes())
    assert read_by(state, old).size == 9
    for wrong in (changes[1:], [changes[0], *changes[2:]]):  # one left out
        handovers_file(state).write_bytes(write_handovers(wrong))
        with pytest.raises(LogFault):
            read_by(state, old)
    lines = changes[-1].note.splitlines(keepends=True)
    one = Handover(changes[-1].first, b"".join([*lines[:4], lines[-1]]))
    handovers_file(state).write_bytes(write_handovers([*changes[:-1], one]))
    assert read_by(state, old).size == 9  # one good signature is enough
    handovers_file(state).write_bytes(b"[]")
    with pytest.raises(LogFault, match="expected 1 to 200 changes"):
        read_by(state, old)


def test_recovery_key_signs_nothing_but_changes_of_keys(state: Path, tmp_path: Path) -> None:
    """Who stole the recovery key alone and appends something else is not believed."""
    old = policy_of(vkey_of(state))
    recovery = load_keys(tmp_path / "recovery")[0]
    key_file(state).unlink()
    store_keys(key_file(state), [recovery], "A thief's.")
    with pytest.raises(LogFault, match="expected a signature of"):
        more(state)
    assert read_by(state, old).size == 6


def test_log_that_has_ended_takes_nothing_more(state: Path) -> None:
    successor = make_key("lists.example.net/log").vkey
    output = done(state, "end", "--successor", successor, "--yes")
    assert f"the log has ended; {successor} follows it" in output
    with pytest.raises(LogFault, match="got one that has ended"):
        more(state)
    for again in (["end", "--yes"], ["rotate"]):
        assert "has ended" in run(state, *again).output
    reader = check_whole(state)
    last = read_entry(reader.entry(reader.size - 1))
    assert (last.type, last.fields) == ("end", {"successor": successor})
    assert read_by(state, policy_of(vkey_of(state))).size == 7
    assert "the log has ended" in done(state, "show")


def test_end_is_asked_for_twice(state: Path) -> None:
    result = CliRunner().invoke(command, ["end", "--state", str(state)], input="n\n")
    assert result.exit_code == 1
    assert open_local(state).size == 6


def test_second_log_is_not_begun_in_the_same_place(state: Path, tmp_path: Path) -> None:
    output = run(state, "make", "--origin", ORIGIN, "--recovery", str(tmp_path / "r2")).output
    assert "expected no log, got one" in output
    assert not (tmp_path / "r2").exists()


@pytest.mark.parametrize(
    "origin", ["", "https://lists.example.org/log", "lists.example.org/log/", "a b", "Lists.example"]
)
def test_origin_is_a_host_and_a_path(tmp_path: Path, origin: str) -> None:
    result = run(tmp_path / "s", "make", "--origin", origin, "--recovery", str(tmp_path / "r"))
    assert result.exit_code == 1
    assert "expected" in result.output
    assert not (tmp_path / "s" / "public").exists()


def test_recovery_key_is_kept_away_from_the_key(tmp_path: Path) -> None:
    state = tmp_path / "state"
    result = run(state, "make", "--origin", ORIGIN, "--recovery", str(state / "recovery"))
    assert "expected a place away from the state folder" in result.output


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_key_that_others_can_read_is_refused(state: Path, mode: int) -> None:
    key_file(state).chmod(mode)
    with pytest.raises(LogFault, match=rf"0600\), got {mode:04o}; .*chmod 600"):
        more(state)


@pytest.mark.parametrize("text", ["", "garbage\n", "# only words\n", f"{ORIGIN}+00000000+AAAA 00\n"])
def test_damaged_key_file_is_told_without_what_is_in_it(state: Path, text: str) -> None:
    key_file(state).write_text(text)
    with pytest.raises(LogFault) as caught:
        more(state)
    assert str(key_file(state)) in str(caught.value)
    assert "garbage" not in str(caught.value)


def test_seed_of_another_key_is_noticed_and_secrets_are_in_no_text(state: Path) -> None:
    key, other = load_keys(key_file(state))[0], make_key(ORIGIN)
    key_file(state).write_text(f"{key.vkey} {other.seed_hex}\n")
    with pytest.raises(LogFault, match="got that of another key") as caught:
        more(state)
    for text in (str(caught.value), repr(key), f"{key}"):
        assert key.seed_hex not in text
        assert other.seed_hex not in text


def test_witnesses_of_a_policy_stay_when_keys_change(state: Path) -> None:
    text = policy_file(state).read_text()
    line = "witness w1 witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X\n"
    policy_file(state).write_text(text.replace("quorum none", f"{line}quorum none"))
    done(state, "rotate")
    done(state, "rotate", "--finish")
    policy = parse_policy(policy_file(state).read_text())
    assert [witness.name for witness in policy.witnesses] == ["w1"]
    assert [write_vkey(log.key) for log in policy.logs] == [vkey_of(state)]


# Stopped anywhere and asked for again


def fault_of(drill: Callable[[Path], object], state: Path) -> str:
    try:
        drill(state)
    except FilterdnsError as fault:
        return str(fault)
    return ""


def test_drills_killed_before_any_change_are_finished_when_asked_for_again(tmp_path: Path) -> None:
    """Each drill by itself, killed at every seventh step: what comes out is as if nothing had happened."""
    one = begin(tmp_path / "bases" / "one")
    old = vkey_of(one)
    shutil.copytree(one, tmp_path / "bases" / "lost")
    shutil.rmtree(private_folder(tmp_path / "bases" / "lost"))
    finished = tmp_path / "bases" / "finished"
    shutil.copytree(one, finished)
    rotate(finished, NOW)
    recovery = one.parent / "recovery"
    drills = {
        "make": (None, lambda state: make_log(state, ORIGIN, state.parent / "recovery", NOW), 1, 1),
        "rotate": (one, lambda state: rotate(state, NOW), 2, 2),
        "finish": (finished, lambda state: finish_rotation(state, NOW), 3, 1),
        "lost": (tmp_path / "bases" / "lost", lambda state: recover(state, recovery, NOW), 3, 1),
    }
    for name, (base, drill, size, keys) in drills.items():
        step, was_killed = 1, True
        while was_killed:
            state = tmp_path / name / str(step) / "state"
            if base is None:
                state.mkdir(parents=True)
            else:
                shutil.copytree(base, state)
            was_killed = killed_before(step, state, lambda: drill(state))  # noqa: B023
            if was_killed:
                fault = fault_of(drill, state)  # none, or that it had got as far as it goes
                assert not fault or any(word in fault for word in ("got one", "under way", "got it")), (
                    f"{name}: {fault}"
                )
            assert open_local(state).size == size, f"{name} killed before step {step}"
            append(state, days(1))
            assert len(signers(state)) == keys == len(load_keys(key_file(state)))
            if base is not None:
                assert read_by(state, policy_of(old)).size == size + 1
            step += 7
        assert step > 30, name


# The fold


def entry(type_: str, **fields: str) -> Entry:
    return read_entry(write_entry(type_, WHEN, **fields))


A, B, C = (make_key(ORIGIN).vkey for _ in range(3))
BEGIN = entry("begin", origin=ORIGIN, key=A, recovery=B)


def change(vkey: str, action: str, role: str = "log") -> Entry:
    return entry("key", vkey=vkey, role=role, action=action)


def test_fold_of_keys_is_what_the_entries_say() -> None:
    state = keys_after([BEGIN, change(C, "added"), change(A, "removed")])
    assert [write_vkey(key) for key in (*state.log, *state.recovery, *state.removed)] == [C, B, A]
    other = make_key(ORIGIN).vkey
    state = keys_after([change(other, "added", "recovery"), change(B, "removed", "recovery")], state)
    assert [write_vkey(key) for key in state.recovery] == [other]
    assert keys_after([entry("end", successor="")], state).has_ended


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "got no entry"),
        ([change(A, "added")], "begins with `begin`"),
        ([BEGIN, BEGIN], "expected it once"),
        ([BEGIN, change(A, "removed")], "the last one removed"),
        ([BEGIN, change(C, "removed")], "a log key that holds"),
        ([BEGIN, change(B, "removed")], "a log key that holds"),
        ([BEGIN, change(A, "added")], "in use before"),
        ([BEGIN, change(B, "added")], "in use before"),
        ([BEGIN, change(C, "added"), change(A, "removed"), change(A, "added")], "in use before"),
        ([BEGIN, entry("end", successor=""), change(C, "added")], "nothing after the end"),
        ([BEGIN, change(make_key("other.example/log").vkey, "added")], f"named {ORIGIN}"),
        ([BEGIN, *(change(make_key(ORIGIN).vkey, "added") for _ in range(8))], "at most 8"),
    ],
)
def test_change_of_keys_that_cannot_be_is_refused(entries: list[Entry], expected: str) -> None:
    with pytest.raises(LogFault, match=expected):
        keys_after(entries)


def test_only_begin_key_and_end_are_about_keys() -> None:
    assert not any(map(changes_keys, days(3)))
    octets = write_entry("key", WHEN, vkey=C, role="log", action="added")
    assert changes_keys(octets)
    assert json.loads(octets)["vkey"] == C
