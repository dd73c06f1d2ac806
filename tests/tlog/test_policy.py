"""Trust policies: who must have signed, and faults told with their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.cosignature import cosign, cosigner_key
from filterdns.tlog.note import Signature, SignedNote, Signer, read_note, sign_note, write_note, write_vkey
from filterdns.tlog.policy import MOST_POLICY_OCTETS, parse_policy, policy_of
from tests.tlog import vectors
from tests.tlog.mutations import each_bit_changed

LOG = Signer(vectors.ORIGIN, vectors.SEED)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
WITNESSES = {name: Signer(f"{name}.example.org", bytes([at]) * 32) for at, name in enumerate(NAMES)}
KEYS = {name: write_vkey(cosigner_key(signer)) for name, signer in WITNESSES.items()}
LINES = [f"log {vectors.VKEY}", *(f"witness {name} {KEYS[name]}" for name in NAMES)]


def policy_text(*lines: str) -> str:
    return "\n".join([*LINES, *lines, ""])


def cosigned(names: Sequence[str], seconds: int = 1_790_000_000) -> bytes:
    note = read_note(vectors.CHECKPOINT)
    added = tuple(cosign(note.text, seconds + at, WITNESSES[name]) for at, name in enumerate(names))
    return write_note(SignedNote(note.text, (*note.signatures, *added)))


def test_the_published_checkpoint_meets_the_policy_of_its_log_and_witness() -> None:
    policy = parse_policy(f"log {vectors.VKEY}\nwitness w1 {vectors.WITNESS_VKEY}\nquorum w1\n")
    checked = policy.check(vectors.COSIGNED)
    assert (checked.checkpoint.size, checked.checkpoint.root) == (8, vectors.ROOTS[8])
    assert checked.seconds == {"w1": vectors.WITNESS_SECONDS}
    with pytest.raises(LogFault, match="expected quorum w1, got witnesses: none"):
        policy.check(vectors.CHECKPOINT)


def test_every_changed_bit_of_a_cosigned_checkpoint_is_refused() -> None:
    policy = parse_policy(f"log {vectors.VKEY}\nwitness w1 {vectors.WITNESS_VKEY}\nquorum w1\n")
    for changed in each_bit_changed(vectors.COSIGNED):
        with pytest.raises(LogFault):
            policy.check(changed)


@pytest.mark.parametrize(
    ("names", "is_met"),
    [
        ((), False),
        (("X1", "X2"), False),
        (("X1", "Y1"), False),
        (("X1", "X1", "Y1"), False),
        (("Y1", "Y2", "Y3"), False),
        (("X1", "X3", "Y2"), True),
        (NAMES, True),
    ],
)
def test_groups_of_c2sps_example(names: tuple[str, ...], is_met: bool) -> None:
    policy = parse_policy(
        policy_text(
            "group X-witnesses 2 X1 X2 X3",
            "group Y-witnesses any Y1 Y2 Y3",
            "group X-and-Y all X-witnesses Y-witnesses",
            "quorum X-and-Y",
        )
    )
    assert policy.is_met_by(names) is is_met
    if is_met:
        assert set(policy.check(cosigned(names)).seconds) == set(names)
    else:
        with pytest.raises(LogFault, match="expected quorum X-and-Y"):
            policy.check(cosigned(names))


@given(st.sets(st.sampled_from(NAMES)), st.integers(1, 6))
def test_a_number_all_and_any_count_members(names: set[str], least: int) -> None:
    members = " ".join(NAMES)
    for rule, needed in ((str(least), least), ("any", 1), ("all", 6)):
        policy = parse_policy(policy_text(f"group g {rule} {members}", "quorum g"))
        assert policy.is_met_by(names) is (len(names) >= needed)


def test_cosignatures_of_one_witness_count_once_and_the_latest_is_told() -> None:
    policy = parse_policy(policy_text("group g 2 X1 X2 X3", "quorum g"))
    with pytest.raises(LogFault, match="got witnesses: X1"):
        policy.check(cosigned(["X1", "X1", "X1"]))
    assert policy.check(cosigned(["X1", "X1", "X2"], 100)).seconds == {"X1": 101, "X2": 102}
    note = read_note(cosigned(["X1", "X1", "X2"], 100))
    turned = write_note(SignedNote(note.text, note.signatures[::-1]))
    assert policy.check(turned).seconds == {"X1": 101, "X2": 102}


def test_a_bad_cosignature_of_a_known_witness_refuses_all_and_unknown_ones_are_ignored() -> None:
    note = read_note(cosigned(["X1", "X2"]))
    swapped = Signature(note.signatures[1].name, note.signatures[1].key_id, note.signatures[2].octets)
    octets = write_note(SignedNote(note.text, (*note.signatures, swapped)))
    with pytest.raises(LogFault, match=r"cosignature of X1\.example\.org"):
        parse_policy(policy_text("quorum none")).check(octets)
    assert parse_policy(policy_text("quorum X2").replace(LINES[1] + "\n", "")).check(octets).seconds.keys() == {"X2"}


def test_a_witness_alone_is_not_the_log() -> None:
    note = read_note(cosigned(["X1"]))
    octets = write_note(SignedNote(note.text, note.signatures[1:]))
    with pytest.raises(LogFault, match="expected a signature of log"):
        parse_policy(policy_text("quorum none")).check(octets)


def test_one_log_of_the_policy_cannot_speak_for_another() -> None:
    other = Signer("log.example.org/other", bytes(32))
    policy = parse_policy(policy_text(f"log {write_vkey(other.key)}", "quorum none"))
    assert policy.check(vectors.CHECKPOINT).checkpoint.origin == vectors.ORIGIN
    with pytest.raises(LogFault, match="another log's key"):
        policy.check(sign_note(vectors.CHECKPOINT_TEXT, [other]))
    assert policy.check(sign_note(vectors.CHECKPOINT_TEXT, [other, LOG])).checkpoint.size == 8


def test_policy_of_a_key_believes_that_log_alone() -> None:
    assert policy_of(vectors.VKEY).check(vectors.COSIGNED).seconds == {}
    with pytest.raises(LogFault):
        policy_of(vectors.GO_VKEY).check(vectors.COSIGNED)
    with pytest.raises(LogFault, match="log's key"):
        policy_of(vectors.WITNESS_VKEY)


def test_comments_blank_lines_tabs_and_urls() -> None:
    text = f"# who we trust\n\n \t \n\tlog\t{vectors.VKEY}  https://log.example.org/list \n  # é\nquorum none"
    policy = parse_policy(text)
    assert [log.url for log in policy.logs] == ["https://log.example.org/list"]
    policy = parse_policy(policy_text("quorum X1").replace(KEYS["X1"], f"{KEYS['X1']} https://x1.example.org/"))
    assert policy.witnesses[0].url == "https://x1.example.org/"


def test_names_are_opaque() -> None:
    policy = parse_policy(policy_text("group \u212a any X1", "group K any X2", "quorum K"))
    assert policy.is_met_by(["X2"])
    assert not policy.is_met_by(["X1"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "expected one line `quorum NAME`"),
        (["quorum"], "line 8: expected `quorum NAME`"),
        (["quorum X1 X2"], "line 8: expected `quorum NAME`"),
        (["quorum X9"], "line 8: expected a witness or group of an earlier line, got X9"),
        (["quorum X1", "quorum X1"], "line 9: a quorum stands on an earlier line too"),
        (["quorum g", "group g any X1"], "line 8: expected a witness or group of an earlier line, got g"),
        (["group g any g", "quorum g"], "line 8: expected a witness or group of an earlier line, got g"),
        (["group g any h", "group h any g", "quorum g"], "line 8: .*got h\npolicy: line 9: .*got g"),
        (["group g any none", "quorum g"], "line 8: .*got none"),
        (["group none any X1", "quorum none"], "line 8: expected a new name, got none"),
        (["group X1 any X2", "quorum X1"], "line 8: expected a new name, got X1"),
        (["group g any X1 X1", "quorum g"], "line 8: X1 is a member of a group already"),
        (["group g any X1", "group h any X1", "quorum h"], "line 9: X1 is a member of a group already"),
        (["group g any", "quorum X1"], "line 8: expected `group NAME all|any|NUMBER NAME...`"),
        (["group g 0 X1", "quorum X1"], "line 8: group g: expected .* from 1 to 1"),
        (["group g 2 X1", "quorum X1"], "line 8: group g: expected a number up to 1"),
        (["group g 01 X1 X2", "quorum X1"], "line 8: group g: expected a number"),
        (["group g most X1", "quorum X1"], "line 8: group g: expected a number"),
        (["witness Z", "quorum X1"], "line 8: expected `witness NAME VKEY"),
        (["witness Z vkey", "quorum X1"], "line 8: vkey"),
        ([f"witness Z {vectors.VKEY}", "quorum X1"], "line 8: expected a witness's key"),
        ([f"witness Z {KEYS['X1']}", "quorum X1"], "line 8: the public key of witness X1"),
        ([f"witness X1 {vectors.WITNESS_VKEY}", "quorum X1"], "line 8: expected a new name, got X1"),
        ([f"log {vectors.VKEY}", "quorum none"], "line 8: the public key of log"),
        ([f"log {vectors.WITNESS_VKEY}", "quorum none"], "line 8: expected a log's key"),
        (["log", "quorum none"], "line 8: expected `log VKEY"),
        (["believe me", "quorum none"], "line 8: expected log, witness, group or quorum, got 'believe'"),
        (["quorum none\r"], "line 8: expected no control character"),
        (["quorum\vnone"], "line 8: expected no control character"),
        (["# \x7f", "quorum none"], "line 8: expected no control character"),
        (["quorum\u00a0none"], "line 8: expected log, witness"),
    ],
)
def test_faults_are_told_with_their_line(lines: list[str], said: str) -> None:
    with pytest.raises(LogFault) as told:
        parse_policy(policy_text(*lines))
    assert re.search(said.replace("|", r"\|"), str(told.value)), told.value


def many(count: int, line: Callable[[int, str], str]) -> list[str]:
    signers = (Signer(f"w{at}.example.org", at.to_bytes(32, "big")) for at in range(count))
    return [line(at, write_vkey(cosigner_key(signer))) for at, signer in enumerate(signers)]


def test_hundred_witnesses_and_groups_in_groups_are_read() -> None:
    witnesses = many(100, lambda at, vkey: f"witness w{at} {vkey}")
    groups = [f"group g{at} all w{at}" + (f" g{at - 1}" if at else "") for at in range(100)]
    policy = parse_policy("\n".join([f"log {vectors.VKEY}", *witnesses, *groups, "quorum g99"]))
    assert policy.is_met_by([f"w{at}" for at in range(100)])
    assert not policy.is_met_by([f"w{at}" for at in range(1, 100)])


def test_a_policy_of_any_size_is_refused_not_read() -> None:
    with pytest.raises(LogFault, match="octets"):
        parse_policy("#" * (MOST_POLICY_OCTETS + 1))


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, policy_text("quorum none", text)):
        try:
            parse_policy(whole)
        except LogFault:
            continue
