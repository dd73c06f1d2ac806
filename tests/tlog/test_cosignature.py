"""Cosignatures: when a witness saw a checkpoint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.cosignature import MOST_SECONDS, check_cosignature, cosign, cosigner_key
from filterdns.tlog.note import Signature, Signer, VerifierKey, parse_signatures, parse_vkey, write_vkey
from tests.tlog import vectors
from tests.tlog.mutations import each_bit_changed

WITNESS = Signer(vectors.WITNESS, vectors.WITNESS_SEED)
KEY = cosigner_key(WITNESS)
TEXT = vectors.CHECKPOINT_TEXT


def test_cosignature_of_the_published_seed_has_the_published_octets() -> None:
    assert write_vkey(KEY) == vectors.WITNESS_VKEY
    assert cosign(TEXT, vectors.WITNESS_SECONDS, WITNESS).line == vectors.WITNESS_LINE


def test_published_cosignature_is_accepted() -> None:
    (signature,) = parse_signatures(vectors.WITNESS_LINE)
    assert check_cosignature(TEXT, signature, parse_vkey(vectors.WITNESS_VKEY)) == vectors.WITNESS_SECONDS


@given(st.integers(0, MOST_SECONDS))
def test_any_time_is_said_again(seconds: int) -> None:
    signature = cosign(TEXT, seconds, WITNESS)
    assert len(signature.octets) == 72
    assert check_cosignature(TEXT, signature, KEY) == seconds


def test_every_changed_bit_is_refused() -> None:
    good = cosign(TEXT, vectors.WITNESS_SECONDS, WITNESS)
    for octets in each_bit_changed(good.octets):
        with pytest.raises(LogFault):
            check_cosignature(TEXT, Signature(good.name, good.key_id, octets), KEY)
    for octets in (b"", good.octets[:-1], good.octets + b"\0", good.octets[8:]):
        with pytest.raises(LogFault, match="expected 72 octets"):
            check_cosignature(TEXT, Signature(good.name, good.key_id, octets), KEY)
    for text in (TEXT + "extension\n", TEXT.replace("8", "9", 1), ""):
        with pytest.raises(LogFault, match="does not fit"):
            check_cosignature(text, good, KEY)


def test_a_signature_of_the_text_alone_is_no_cosignature() -> None:
    plain = Signature(KEY.name, KEY.key_id, bytes(8) + WITNESS.sign(TEXT.encode()))
    with pytest.raises(LogFault):
        check_cosignature(TEXT, plain, KEY)


@pytest.mark.parametrize("seconds", [-1, 2**63])
def test_times_beyond_what_posix_counts_are_refused(seconds: int) -> None:
    with pytest.raises(LogFault, match="time"):
        cosign(TEXT, seconds, WITNESS)
    octets = (2**63).to_bytes(8, "big") + bytes(64)
    with pytest.raises(LogFault, match="time"):
        check_cosignature(TEXT, Signature(KEY.name, KEY.key_id, octets), KEY)


@pytest.mark.parametrize(
    "key",
    [
        WITNESS.key,
        VerifierKey("other.example.org", KEY.algorithm, KEY.public),
        VerifierKey(KEY.name, KEY.algorithm, bytes(32)),
    ],
)
def test_another_key_is_refused(key: VerifierKey) -> None:
    with pytest.raises(LogFault, match="expected one of"):
        check_cosignature(TEXT, cosign(TEXT, 1, WITNESS), key)


def test_a_key_for_notes_makes_no_cosignature() -> None:
    octets = cosign(TEXT, 1, WITNESS).octets
    with pytest.raises(LogFault, match="expected one of"):
        check_cosignature(TEXT, Signature(WITNESS.key.name, WITNESS.key.key_id, octets), WITNESS.key)
