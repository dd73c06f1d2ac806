"""What a log and a witness say to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.cosignature import check_cosignature
from filterdns.tlog.note import parse_vkey
from filterdns.tlog.witness import MOST_REPLY_OCTETS, Held, read_add_checkpoint, read_reply, write_add_checkpoint
from tests.tlog import vectors

# The examples of C2SP tlog-witness.
REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()  # noqa: E501

REPLY = """\
— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
""".encode()  # noqa: E501


def test_request_of_c2sps_example_is_read_and_written_the_same() -> None:
    old_size, proof, note = read_add_checkpoint(REQUEST)
    assert (old_size, len(proof)) == (20_852_014, 4)
    assert note.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert write_add_checkpoint(old_size, proof, note) == REQUEST


def test_first_request_has_size_0_and_no_proof() -> None:
    assert write_add_checkpoint(0, [], vectors.CHECKPOINT) == b"old 0\n\n" + vectors.CHECKPOINT


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=99))
def test_what_was_written_is_read(old_size: int, proof: list[bytes], note: bytes) -> None:
    assert read_add_checkpoint(write_add_checkpoint(old_size, proof, note)) == (old_size, tuple(proof), note)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"old 1\n",
        b"old\n\nnote\n",
        b"old 01\n\nnote\n",
        b"old  1\n\nnote\n",
        b"new 1\n\nnote\n",
        b"old 1\nQQ==\n\nnote\n",
        b"old 1\n" + b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 64 + b"\nnote\n",
        b"old 1\n\xff\n\nnote\n",
        b"old 1\n\n" + bytes(300_000),
    ],
)
def test_what_is_no_request_is_refused(octets: bytes) -> None:
    with pytest.raises(LogFault, match="add-checkpoint"):
        read_add_checkpoint(octets)


@pytest.mark.parametrize(("old_size", "proof"), [(-1, []), (2**63, []), (1, [bytes(31)]), (1, [bytes(32)] * 64)])
def test_what_no_request_can_say_is_not_written(old_size: int, proof: list[bytes]) -> None:
    with pytest.raises(LogFault):
        write_add_checkpoint(old_size, proof, vectors.CHECKPOINT)


def test_signatures_of_a_reply_are_read() -> None:
    signatures = read_reply(200, "text/plain; charset=utf-8", REPLY)
    assert isinstance(signatures, tuple)
    assert [(s.name, len(s.octets)) for s in signatures] == [("witness.example/w1", 72), ("witness.example/w2", 72)]


def test_a_cosignature_of_a_reply_is_verified_by_who_asked() -> None:
    signatures = read_reply(200, "", vectors.WITNESS_LINE.encode())
    assert isinstance(signatures, tuple)
    key = parse_vkey(vectors.WITNESS_VKEY)
    assert check_cosignature(vectors.CHECKPOINT_TEXT, signatures[0], key) == vectors.WITNESS_SECONDS


@pytest.mark.parametrize("content_type", ["text/x.tlog.size", "Text/X.TLog.Size; charset=utf-8"])
def test_the_size_that_a_witness_holds_is_told(content_type: str) -> None:
    assert read_reply(409, content_type, b"20852014\n") == Held(20_852_014)


@pytest.mark.parametrize(
    ("status", "content_type", "body", "said"),
    [
        (409, "text/plain", b"7\n", "holds another checkpoint"),
        (409, "text/x.tlog.size", b"07\n", "leading zeros"),
        (409, "text/x.tlog.size", b"", "decimal"),
        (400, "", b"", "status 400: the old size"),
        (403, "", b"", "status 403: it does not know the key"),
        (404, "", b"", "status 404: it does not know this log"),
        (422, "", b"", "status 422: the consistency proof"),
        (500, "", b"", "status 500: it did not answer"),
        (301, "", b"", "status 301: it did not answer"),
        (200, "", b"", "line feed"),
        (200, "", b"<html>\n", "expected a signature"),
        (200, "", vectors.CHECKPOINT, "expected a signature"),
        (200, "", b"\xff", "not UTF-8"),
        (200, "", bytes(MOST_REPLY_OCTETS + 1), "at most"),
    ],
)
def test_refusals_are_told(status: int, content_type: str, body: bytes, said: str) -> None:
    with pytest.raises(LogFault, match=said):
        read_reply(status, content_type, body)
