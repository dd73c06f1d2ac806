"""Both ways of verifying accept and refuse the same: the library and plain Python."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog import ed25519, ed25519_plain
from filterdns.tlog.ed25519_plain import ORDER, P
from tests.tlog import vectors
from tests.tlog.mutations import each_bit_changed

seeds = st.binary(min_size=32, max_size=32)
SIGNED = vectors.RFC_8032[2]

# The y of the points of order 1, 2, 4 and 8, and the two encodings at or beyond P that mean y = 0 and y = 1.
ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_Y = (1, P - 1, 0, ORDER_8, P - ORDER_8)
BEYOND_Y = (P, P + 1, P + 18)
ENCODINGS = [(y | sign << 255).to_bytes(32, "little") for y in (*SMALL_Y, *BEYOND_Y) for sign in (0, 1)]


@pytest.fixture(autouse=True)
def _library() -> None:
    assert ed25519.load_library()


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """What both ways say."""
    plain = ed25519_plain.verify(public, message, signature)
    assert ed25519.verify(public, message, signature) is plain
    return plain


@pytest.mark.parametrize("vector", vectors.RFC_8032)
def test_vectors_of_rfc_8032(vector: vectors.Signed) -> None:
    assert ed25519.public_of(vector.seed) == vector.public
    assert ed25519.sign(vector.seed, vector.message) == vector.signature
    assert verify(vector.public, vector.message, vector.signature)
    assert not verify(vector.public, vector.message + b"\0", vector.signature)


@settings(max_examples=100)
@given(seeds, st.binary(max_size=200))
def test_what_was_signed_is_accepted(seed: bytes, message: bytes) -> None:
    assert verify(ed25519.public_of(seed), message, ed25519.sign(seed, message))


def test_every_changed_bit_is_refused() -> None:
    for signature in each_bit_changed(SIGNED.signature):
        assert not verify(SIGNED.public, SIGNED.message, signature)
    for public in each_bit_changed(SIGNED.public):
        assert not verify(public, SIGNED.message, SIGNED.signature)


@settings(max_examples=100)
@given(seeds, st.binary(max_size=40), st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_chance_octets_are_judged_the_same(seed: bytes, message: bytes, public: bytes, signature: bytes) -> None:
    verify(public, message, ed25519.sign(seed, message))
    verify(ed25519.public_of(seed), message, signature)
    verify(public, message, signature)


@pytest.mark.parametrize("times", [1, 2, 7, 15])
def test_s_beyond_the_order_is_refused(times: int) -> None:
    s = int.from_bytes(SIGNED.signature[32:], "little") + times * ORDER
    if s < 2**256:
        assert not verify(SIGNED.public, SIGNED.message, SIGNED.signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_other_lengths_are_refused(length: int) -> None:
    assert not verify(SIGNED.public, SIGNED.message, (SIGNED.signature + bytes(9))[:length])
    assert not verify((SIGNED.public + bytes(40))[:length], SIGNED.message, SIGNED.signature)


@pytest.mark.parametrize("public", ENCODINGS, ids=bytes.hex)
def test_points_of_small_order_are_judged_the_same(public: bytes) -> None:
    """Canonical ones are accepted as RFC 8032 has it: whoever trusts such a key has chosen one that signs anything."""
    accepted = 0
    for r in ENCODINGS:
        for message in (b"", b"1", b"2", b"3"):
            accepted += verify(public, message, r + bytes(32))
    sign, y = divmod(int.from_bytes(public, "little"), 2**255)
    is_canonical = y < P and not (y in (1, P - 1) and sign)
    assert ed25519_plain.is_point(public) is is_canonical
    assert (accepted > 0) is is_canonical


def test_no_cofactor_stands_in_the_equation() -> None:
    """A key with a part of small order: [8]S B = [8](R + kA) holds for every message, S B = R + kA for some."""
    torsion = ed25519_plain._read_point(ORDER_8.to_bytes(32, "little"))
    key = ed25519_plain._read_point(SIGNED.public)
    assert torsion
    assert key
    mixed = ed25519_plain._write_point(ed25519_plain._add(key, ed25519_plain._addend(torsion)))
    secret = int.from_bytes(ed25519_plain.sha512(SIGNED.seed).digest()[:32], "little")
    secret = secret & (1 << 254) - 8 | 1 << 254
    r = ed25519.public_of(bytes(32))  # R = [r]B for the r of another seed
    r_secret = int.from_bytes(ed25519_plain.sha512(bytes(32)).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254
    said = []
    for number in range(40):
        message = b"%d" % number
        k = int.from_bytes(ed25519_plain.sha512(r + mixed + message).digest(), "little") % ORDER
        s = (r_secret + k * secret) % ORDER
        said.append((verify(mixed, message, r + s.to_bytes(32, "little")), k % 8 == 0))
    assert all(accepted is multiple for accepted, multiple in said)
    assert {accepted for accepted, _ in said} == {True, False}


@given(seeds)
def test_points_are_written_as_they_were_read(seed: bytes) -> None:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    point = ed25519_plain._read_point(public)
    assert point is not None
    assert ed25519_plain._write_point(point) == public


def test_without_the_library_verifying_goes_on_and_signing_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, ed25519.LIBRARY, None)
    assert not ed25519.load_library()
    assert ed25519.verify(SIGNED.public, SIGNED.message, SIGNED.signature)
    assert not ed25519.verify(SIGNED.public, b"other", SIGNED.signature)
    with pytest.raises(LogFault, match="cryptography"):
        ed25519.sign(SIGNED.seed, b"")


def test_who_only_verifies_does_not_load_the_library() -> None:
    program = f"""
import sys
from filterdns.tlog import proof_file, witness
from filterdns.tlog.policy import parse_policy
policy = parse_policy("log {vectors.VKEY}\\nwitness w {vectors.WITNESS_VKEY}\\nquorum w\\n")
assert policy.check({vectors.COSIGNED!r}).seconds == {{"w": {vectors.WITNESS_SECONDS}}}
sys.exit(any(name.startswith(("cryptography", "_cffi", "asyncio", "socket")) for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=30).returncode == 0


def test_a_private_key_of_another_length_is_refused() -> None:
    with pytest.raises(LogFault, match="expected 32 octets, got 31"):
        ed25519.sign(bytes(31), b"")
