"""Checkpoints: what their text may say, and who may say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.checkpoint import MOST_SIZE, Checkpoint, open_checkpoint, parse_checkpoint
from filterdns.tlog.note import Signer, sign_note
from tests.tlog import vectors

SIGNER = Signer(vectors.ORIGIN, vectors.SEED)
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))), min_size=1, max_size=30
)


def test_the_published_checkpoint_is_opened() -> None:
    checkpoint = open_checkpoint(vectors.CHECKPOINT, [SIGNER.key])
    assert checkpoint == Checkpoint(vectors.ORIGIN, 8, vectors.ROOTS[8])
    assert open_checkpoint(vectors.COSIGNED, [SIGNER.key]) == checkpoint


def test_c2sps_example_is_read() -> None:
    checkpoint = parse_checkpoint(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.text == SOFA


@given(lines, st.integers(0, MOST_SIZE), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3))
def test_what_was_written_is_read(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_checkpoint(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n8\n", "\n08\n", "leading zeros"),
        ("\n8\n", "\n00\n", "leading zeros"),
        ("\n8\n", "\n+8\n", "decimal"),
        ("\n8\n", "\n-8\n", "decimal"),
        ("\n8\n", "\n 8\n", "decimal"),
        ("\n8\n", "\n8 \n", "decimal"),
        ("\n8\n", "\n\u0668\n", "decimal"),
        ("\n8\n", "\n²\n", "decimal"),
        ("\n8\n", "\n8.0\n", "decimal"),
        ("\n8\n", "\n\n", "decimal"),
        ("\n8\n", "\n9223372036854775808\n", "up to"),
        ("\n8\n", f"\n{'9' * 5_000}\n", "decimal"),
        ("Xcna", "Xcn", "base64"),
        ("yg=", "yh=", "base64"),
        ("Xcna", "", "root of 32 octets"),
        ("log.example.org/list", "", "origin"),
        ("yg=\n", "yg=\n\n", "none of them empty"),
        ("yg=\n", "yg=\nextension\n\n", "none of them empty"),
        ("yg=\n", "yg=", "line feed"),
        ("\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", "\n8\n", "2 lines"),
        ("list\n", "li\tst\n", "control character"),
    ],
)
def test_what_is_no_checkpoint_is_refused_and_told(old: str, new: str, said: str) -> None:
    assert old in vectors.CHECKPOINT_TEXT
    with pytest.raises(LogFault, match=said):
        parse_checkpoint(vectors.CHECKPOINT_TEXT.replace(old, new, 1))


def test_empty_log_has_size_0() -> None:
    text = vectors.CHECKPOINT_TEXT.replace("\n8\n", "\n0\n")
    assert parse_checkpoint(text).size == 0


def test_extension_lines_are_signed_and_kept() -> None:
    text = vectors.CHECKPOINT_TEXT + "extension 1\n2\n"
    octets = sign_note(text, [SIGNER])
    assert open_checkpoint(octets, [SIGNER.key]).extensions == ("extension 1", "2")
    with pytest.raises(LogFault):
        open_checkpoint(octets.replace(b"\n2\n", b"\n3\n"), [SIGNER.key])


def test_a_log_cannot_speak_for_another() -> None:
    text = vectors.CHECKPOINT_TEXT.replace(vectors.ORIGIN, "log.example.org/other")
    with pytest.raises(LogFault, match="another log's key"):
        open_checkpoint(sign_note(text, [SIGNER]), [SIGNER.key])


@pytest.mark.parametrize(
    "fields",
    [("", 1, bytes(32)), ("a\nb", 1, bytes(32)), ("a", -1, bytes(32)), ("a", 2**63, bytes(32)), ("a", 1, bytes(31))],
)
def test_what_no_text_can_say_is_no_checkpoint(fields: tuple[str, int, bytes]) -> None:
    with pytest.raises(LogFault):
        Checkpoint(*fields)
