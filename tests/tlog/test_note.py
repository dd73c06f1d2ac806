"""Signed notes: C2SP's and Go's own examples, and all that a note must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.note import (
    COSIGNATURE,
    ED25519,
    MOST_NOTE_OCTETS,
    MOST_SIGNATURES,
    Signature,
    SignedNote,
    Signer,
    VerifierKey,
    check_note,
    parse_vkey,
    read_note,
    sign_note,
    write_note,
    write_vkey,
)
from tests.tlog import vectors
from tests.tlog.mutations import each_bit_changed, each_octet_left_out_or_twice

SIGNER = Signer(vectors.ORIGIN, vectors.SEED)
OTHER = Signer("other.example.org", vectors.WITNESS_SEED)
TEXT = "first\n\nsecond — é\n"

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32)))), max_size=40
).map(lambda line: line + "\n")


def lines_of(octets: bytes) -> tuple[bytes, bytes]:
    text, _, lines = octets.rpartition(b"\n\n")
    return text + b"\n", lines


def test_note_of_the_published_seed_has_the_published_octets() -> None:
    assert write_vkey(SIGNER.key) == vectors.VKEY
    assert sign_note(vectors.CHECKPOINT_TEXT, [SIGNER]) == vectors.CHECKPOINT


@pytest.mark.parametrize(
    "vkey", [vectors.VKEY, vectors.WITNESS_VKEY, vectors.GO_VKEY, vectors.SPEC_VKEY, vectors.SUMDB_VKEY]
)
def test_published_keys_are_read_and_written_the_same(vkey: str) -> None:
    assert write_vkey(parse_vkey(vkey)) == vkey


def test_key_id_covers_the_type() -> None:
    witness = parse_vkey(vectors.WITNESS_VKEY)
    assert (witness.algorithm, witness.key_id.hex()) == (COSIGNATURE, "f3c080b6")
    assert VerifierKey(witness.name, ED25519, witness.public).key_id != witness.key_id


def test_note_of_go_is_accepted() -> None:
    key = parse_vkey(vectors.GO_VKEY)
    assert check_note(read_note(vectors.GO_NOTE), [key]) == (key,)


def test_text_with_empty_lines_ends_at_the_last_one() -> None:
    note = read_note(vectors.POEM)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [(s.name, s.key_id.hex(), len(s.octets)) for s in note.signatures] == [
        ("quasimodo.example/salvatore", "367ba04b", 64)
    ]
    assert write_note(note) == vectors.POEM


@given(st.lists(texts, min_size=1, max_size=5).map("".join))
def test_what_was_signed_is_read_and_accepted(text: str) -> None:
    octets = sign_note(text, [SIGNER, OTHER])
    note = read_note(octets)
    assert note.text == text
    assert write_note(note) == octets
    assert check_note(note, [OTHER.key, SIGNER.key]) == (SIGNER.key, OTHER.key)


def test_every_changed_bit_of_a_note_is_refused() -> None:
    octets = sign_note(TEXT, [SIGNER])
    for changed in (*each_bit_changed(octets), *each_octet_left_out_or_twice(octets)):
        if changed != octets:  # doubling a letter that is doubled is leaving none out
            with pytest.raises(LogFault):
                check_note(read_note(changed), [SIGNER.key])


@given(st.binary(max_size=300))
def test_octets_are_refused_or_written_the_same_again(tail: bytes) -> None:
    for octets in (tail, b"text\n\n" + tail, b"text\n\n\xe2\x80\x94 name " + tail, vectors.CHECKPOINT + tail):
        try:
            note = read_note(octets)
        except LogFault:
            continue
        assert write_note(note) == octets


def test_unknown_keys_are_ignored_even_with_the_same_name_or_id() -> None:
    good = read_note(vectors.CHECKPOINT)
    same_name = Signature(vectors.ORIGIN, b"\1\2\3\4", bytes(64))
    same_id = Signature("another.example.org", SIGNER.key.key_id, bytes(64))
    note = SignedNote(good.text, (same_name, same_id, *good.signatures))
    assert check_note(note, [SIGNER.key]) == (SIGNER.key,)


def test_a_bad_signature_of_a_known_key_refuses_the_note() -> None:
    good = read_note(sign_note(TEXT, [SIGNER, OTHER]))
    bad = Signature(SIGNER.key.name, SIGNER.key.key_id, good.signatures[1].octets)
    for signatures in ((*good.signatures, bad), (bad, *good.signatures), (good.signatures[1], bad)):
        with pytest.raises(LogFault, match="does not fit"):
            check_note(SignedNote(TEXT, signatures), [SIGNER.key, OTHER.key])


def test_a_note_without_a_known_signature_is_refused() -> None:
    with pytest.raises(LogFault, match=r"expected a signature of other\.example\.org"):
        check_note(read_note(vectors.CHECKPOINT), [OTHER.key])
    with pytest.raises(LogFault, match="no key at all"):
        check_note(read_note(vectors.CHECKPOINT), [])


def test_a_signature_that_stands_twice_counts_once() -> None:
    note = read_note(sign_note(TEXT, [SIGNER, SIGNER]))
    assert check_note(note, [SIGNER.key, SIGNER.key]) == (SIGNER.key,)


def test_a_cosigners_key_signs_no_note() -> None:
    key = VerifierKey(SIGNER.key.name, COSIGNATURE, SIGNER.key.public)
    signature = Signature(key.name, key.key_id, SIGNER.sign(TEXT.encode()))
    with pytest.raises(LogFault):
        check_note(SignedNote(TEXT, (signature,)), [key])


def test_sixteen_and_a_hundred_signatures_are_accepted_and_no_more() -> None:
    note = read_note(vectors.CHECKPOINT)
    unknown = Signature("post-quantum.example.org", b"\1\2\3\4", bytes(2_428))
    for count in (16, MOST_SIGNATURES):
        size = 2_428 if count == 16 else 64
        others = (Signature(unknown.name, unknown.key_id, bytes(size)),) * (count - 1)
        octets = write_note(SignedNote(note.text, (*others, *note.signatures)))
        assert check_note(read_note(octets), [SIGNER.key]) == (SIGNER.key,)
    with pytest.raises(LogFault, match="at most 100 signatures"):
        read_note(vectors.CHECKPOINT + vectors.LOG_LINE.encode() * MOST_SIGNATURES)
    with pytest.raises(LogFault, match="octets"):
        read_note(b"a" * MOST_NOTE_OCTETS + vectors.CHECKPOINT)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        vectors.CHECKPOINT[:-1],
        vectors.CHECKPOINT + b"\n",
        vectors.CHECKPOINT + b"more\n",
        vectors.CHECKPOINT.replace(b"\n", b"\r\n"),
        vectors.CHECKPOINT.replace(b"8", b"\t8", 1),
        vectors.CHECKPOINT.replace(b"8", b"\0", 1),
        vectors.CHECKPOINT.replace(b"8", b"\xff", 1),
        vectors.CHECKPOINT.replace(b"8", b"\xed\xa0\x80", 1),
    ],
)
def test_what_is_no_note_is_refused(octets: bytes) -> None:
    with pytest.raises(LogFault):
        read_note(octets)


@pytest.mark.parametrize(
    "line",
    [
        "- name AAAAAAA=",
        "—name AAAAAAA=",
        "— AAAAAAA=",
        "—  AAAAAAA=",
        "— name",
        "— name ",
        "— name  AAAAAAA=",
        "— name AAAAAAA= ",
        "— name AAAAAAA= more",
        "— na+me AAAAAAA=",
        "— na\u00a0me AAAAAAA=",
        "— na\u2003me AAAAAAA=",
        "— na\u0085me AAAAAAA=",
        "— name AAAAAA==",
        "— name AAAAAAB=",
        "— name AAAAAAA",
        "— name AAAA_AA=",
        "— name é",
        "",
    ],
)
def test_what_is_no_signature_line_is_refused(line: str) -> None:
    with pytest.raises(LogFault):
        read_note(f"text\n\n{line}\n".encode())
    with pytest.raises(LogFault):
        read_note(f"text\n\n— name AAAAAAA=\n{line}\n".encode())


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\tb", "a\u00a0b", "a\u3000", "\x1f", "\ud800"])
def test_names_that_no_line_can_carry_are_refused(name: str) -> None:
    with pytest.raises(LogFault, match="key name"):
        Signer(name, vectors.SEED)
    with pytest.raises(LogFault):
        write_note(SignedNote("text\n", (Signature(name, b"1234", b"5"),)))


@pytest.mark.parametrize("text", ["", "no line feed", "tab\t\n", "\r\n", "\x00\n", "\ud800\n"])
def test_texts_that_no_note_can_carry_are_refused(text: str) -> None:
    with pytest.raises(LogFault, match="note: expected"):
        sign_note(text, [SIGNER])


def test_a_note_without_signatures_is_not_written() -> None:
    with pytest.raises(LogFault):
        sign_note("text\n", [])
    with pytest.raises(LogFault):
        write_note(SignedNote("text\n", (Signature("name", b"123", b""),)))


@pytest.mark.parametrize(
    ("vkey", "said"),
    [
        ("", "name\\+hex\\+base64"),
        ("name", "name\\+hex\\+base64"),
        ("name+e183b02a", "name\\+hex\\+base64"),
        (vectors.VKEY.replace("e183b02a", "e183b02b"), "copied wrongly"),
        (vectors.VKEY.replace("e183b02a", "E183B02A"), "copied wrongly"),
        (vectors.VKEY.replace("list", "lists"), "copied wrongly"),
        (vectors.VKEY[:-1] + "=", "base64"),
        (vectors.VKEY[:-4], "32 octets"),
        (vectors.VKEY + "\n", "base64"),
        ("name+00000000+", "got nothing"),
        ("name+00000000+BQ==", "expected type 1"),
        ("+00000000+AQ==", "key name"),
    ],
)
def test_what_is_no_key_is_refused_and_told(vkey: str, said: str) -> None:
    with pytest.raises(LogFault, match=said):
        parse_vkey(vkey)
