"""Proof files verify offline, and nothing in them can be changed but what they say is not covered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.note import Signer, sign_note
from filterdns.tlog.policy import parse_policy, policy_of
from filterdns.tlog.proof_file import (
    MOST_EXTRA_OCTETS,
    MOST_PROOF_OCTETS,
    ProofFile,
    parse_proof_file,
    write_proof_file,
)
from filterdns.tlog.tree import inclusion_proof, leaf_hash, root_of
from tests.tlog import vectors
from tests.tlog.mutations import each_bit_changed, each_octet_left_out_or_twice

POLICY = policy_of(vectors.VKEY)
LEAVES = [leaf_hash(entry) for entry in vectors.ENTRIES]
HASH = "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA="


def proof_of(index: int, extra: bytes = b"") -> ProofFile:
    proof = inclusion_proof(index, 8, lambda level, n: root_of(LEAVES[n << level : (n + 1) << level]))
    return ProofFile(index, tuple(proof), vectors.COSIGNED, extra)


@pytest.mark.parametrize("index", range(8))
def test_each_entry_is_proven(index: int) -> None:
    octets = write_proof_file(proof_of(index))
    checked = parse_proof_file(octets).check(vectors.ENTRIES[index], POLICY)
    assert checked.checkpoint.size == 8
    with pytest.raises(LogFault):
        parse_proof_file(octets).check(vectors.ENTRIES[index - 1], POLICY)


def test_a_file_has_the_lines_of_c2sp() -> None:
    lines = write_proof_file(proof_of(2, b"more")).decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra bW9yZQ==", "index 2"]
    assert all(len(line) == 44 for line in lines[3:6])
    assert lines[6] == ""
    assert "\n".join(lines[7:]).encode() == vectors.COSIGNED


def test_c2sps_example_is_read() -> None:
    head = f"c2sp.org/tlog-proof@v1\nextra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\nindex 73894\n{HASH}\n{HASH}\n\n"
    proof = parse_proof_file(head.encode() + b"anything")
    assert (proof.index, len(proof.proof), proof.checkpoint) == (73_894, 2, b"anything")
    assert proof.extra == b"age-v1.2.1-darwin-arm64.tar.gz"


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(max_size=200),
    st.binary(max_size=50),
)
def test_what_was_written_is_read(index: int, hashes: tuple[bytes, ...], note: bytes, extra: bytes) -> None:
    proof = ProofFile(index, hashes, note, extra)
    assert parse_proof_file(write_proof_file(proof)) == proof


def test_every_changed_bit_is_refused() -> None:
    octets = write_proof_file(ProofFile(5, proof_of(5).proof, vectors.CHECKPOINT))
    for changed in (*each_bit_changed(octets), *each_octet_left_out_or_twice(octets)):
        if changed != octets:
            with pytest.raises(LogFault):
                parse_proof_file(changed).check(vectors.ENTRIES[5], POLICY)


@given(st.binary(max_size=200))
def test_octets_are_refused_or_written_the_same_again(tail: bytes) -> None:
    for octets in (tail, b"c2sp.org/tlog-proof@v1\n" + tail, b"c2sp.org/tlog-proof@v1\nindex 1\n" + tail):
        try:
            proof = parse_proof_file(octets)
        except LogFault:
            continue
        assert write_proof_file(proof) == octets


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "tlog-proof@v1"),
        ("c2sp.org/tlog-proof@v1", "index NUMBER"),
        ("c2sp.org/tlog-proof@v2\nindex 1", "c2sp.org/tlog-proof@v1"),
        (" c2sp.org/tlog-proof@v1\nindex 1", "c2sp.org/tlog-proof@v1"),
        ("c2sp.org/tlog-proof@v1\nindex 01", "leading zeros"),
        ("c2sp.org/tlog-proof@v1\nindex -1", "decimal"),
        ("c2sp.org/tlog-proof@v1\nindex ", "decimal"),
        ("c2sp.org/tlog-proof@v1\nindex 9223372036854775808", "up to"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nextra QQ==", "hash 0"),
        ("c2sp.org/tlog-proof@v1\nextra \nindex 1", "extra"),
        ("c2sp.org/tlog-proof@v1\nextra QR==\nindex 1", "extra"),
        ("c2sp.org/tlog-proof@v1\nextra QQ==\nextra QQ==\nindex 1", "index NUMBER"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nQQ==", "expected 32 octets, got 1"),
        (f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH} ", "base64"),
        (f"c2sp.org/tlog-proof@v1\r\nindex 1\r\n{HASH}\r", "tlog-proof@v1"),
        ("\n".join(["c2sp.org/tlog-proof@v1", "index 1", *[HASH] * 64]), "at most 63 hashes"),
        ("c2sp.org/tlog-proof@v1\nindex 1\né", "ASCII"),
    ],
)
def test_what_is_no_proof_is_refused_and_told(head: str, said: str) -> None:
    with pytest.raises(LogFault, match=said):
        parse_proof_file(f"{head}\n\n".encode() + vectors.CHECKPOINT)


def test_a_file_without_an_empty_line_is_refused() -> None:
    for octets in (b"", b"c2sp.org/tlog-proof@v1\nindex 1\n"):
        with pytest.raises(LogFault, match="an empty line"):
            parse_proof_file(octets)


def test_long_files_are_refused() -> None:
    with pytest.raises(LogFault, match="octets"):
        parse_proof_file(write_proof_file(proof_of(1)) + bytes(MOST_PROOF_OCTETS))
    with pytest.raises(LogFault, match="extra"):
        write_proof_file(proof_of(1, bytes(MOST_EXTRA_OCTETS + 1)))


@pytest.mark.parametrize("proof", [ProofFile(-1, (), b""), ProofFile(0, (b"short",), b""), ProofFile(2**63, (), b"")])
def test_what_no_file_can_say_is_not_written(proof: ProofFile) -> None:
    with pytest.raises(LogFault):
        write_proof_file(proof)


def test_a_proof_needs_the_policy_of_who_reads_it() -> None:
    strict = parse_policy(f"log {vectors.VKEY}\nwitness w1 {vectors.WITNESS_VKEY}\nquorum w1\n")
    assert proof_of(3).check(vectors.ENTRIES[3], strict).seconds == {"w1": vectors.WITNESS_SECONDS}
    with pytest.raises(LogFault, match="quorum"):
        ProofFile(3, proof_of(3).proof, vectors.CHECKPOINT).check(vectors.ENTRIES[3], strict)
    forged = sign_note(vectors.CHECKPOINT_TEXT, [Signer(vectors.ORIGIN, bytes(32))])
    with pytest.raises(LogFault, match="expected a signature"):
        ProofFile(3, proof_of(3).proof, forged).check(vectors.ENTRIES[3], POLICY)
