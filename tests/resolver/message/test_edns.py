"""The OPT record and Extended DNS Errors."""

from __future__ import annotations

import dns.edns
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import WireFault
from filterdns.resolver.message.edns import NO_EDNS, opt_length, read_opt, write_ede, write_opt

PLAIN = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


def opt(size: int = 1232, version: int = 0, flags: int = 0, options: bytes = b"") -> bytes:
    return b"\0\0\x29" + size.to_bytes(2) + bytes([0, version]) + flags.to_bytes(2) + len(options).to_bytes(2) + options


@pytest.mark.parametrize(("said", "kept"), [(0, 512), (511, 512), (512, 512), (1000, 1000), (1232, 1232), (4096, 1232)])
def test_sizes_lie_between_512_and_ours(said: int, kept: int) -> None:
    assert read_opt(opt(said), 1232).octets == kept


def test_what_a_client_says_is_read() -> None:
    edns = read_opt(opt(version=3, flags=0x8000, options=b"\0\x0a\0\x08abcdefgh"), 1232)
    assert (edns.present, edns.do, edns.variant, edns.version, edns.cookie) == (True, True, 2, 3, True)
    plain = read_opt(PLAIN, 1232)
    assert (plain.do, plain.variant, plain.version, plain.cookie) == (False, 0, 0, False)
    assert (NO_EDNS.present, NO_EDNS.octets, NO_EDNS.reply) == (False, 512, b"")


def test_a_cookie_is_seen_among_other_options() -> None:
    assert read_opt(opt(options=b"\0\x0c\0\3abc" + b"\0\x0a\0\x08abcdefgh" + b"\xfd\xe9\0\0"), 1232).cookie
    assert not read_opt(opt(options=b"\0\x0c\0\x0a\0\x0a\0\x08abcdef"), 1232).cookie, "inside another option"


@pytest.mark.parametrize(
    "octets",
    [
        PLAIN[:-1],
        PLAIN + b"\0",
        b"\1" + PLAIN[1:],
        b"\0\0\x28" + PLAIN[3:],
        opt(options=b"\0\x0a\0"),
        opt(options=b"\0\x0a\0\x09abcdefgh"),
        opt()[:-1] + b"\4",
        b"",
    ],
)
def test_what_is_no_opt_is_a_fault(octets: bytes) -> None:
    with pytest.raises(WireFault):
        read_opt(octets, 1232)


def test_opt_that_is_cut_short_has_no_length() -> None:
    assert opt_length(b"xx" + PLAIN, 2) == 11
    with pytest.raises(WireFault):
        opt_length(PLAIN, 1)


def test_ours_says_do_as_the_query_and_carries_the_upper_bits_of_an_rcode() -> None:
    assert write_opt(True)[7:9] == b"\x80\0"
    assert write_opt(False)[7:9] == b"\0\0"
    assert write_opt(False, extended_rcode=1)[5] == 1
    assert read_opt(write_opt(True, write_ede(17, b"text")), 1232).do


@given(st.integers(0, 65_535), st.text(max_size=150))
def test_an_error_is_read_back_and_its_text_is_cut_between_characters(code: int, text: str) -> None:
    octets = write_ede(code, text.encode())
    assert len(octets) <= 4 + 2 + 120
    assert octets[:2] == b"\0\x0f"
    assert int.from_bytes(octets[2:4]) == len(octets) - 4
    assert int.from_bytes(octets[4:6]) == code
    kept = octets[6:].decode()
    assert text.startswith(kept)
    assert len(kept.encode()) > 116 or kept == text


@given(st.binary(max_size=40))
def test_any_octets_are_an_opt_or_a_fault(octets: bytes) -> None:
    for candidate in (octets, PLAIN[:9] + len(octets).to_bytes(2) + octets):
        try:
            read_opt(candidate, 1232)
        except WireFault:
            continue
        message = b"\0\0\1\0\0\0\0\0\0\0\0\1" + candidate
        assert dns.message.from_wire(message).edns >= 0
