"""Content codings and .gz files undone, whatever their pieces; archives refused; nothing unpacked beyond the limit."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.fetch.decode import parse_coding, read_decoded
from filterdns.lists.fetch.faults import FetchFault
from tests.lists.fetch.conftest import GAMES


def decode(octets: bytes, coding: str = "", most_octets: int = 10_000_000) -> bytes:
    return b"".join(read_decoded(io.BytesIO(octets), coding, most_octets))


def raw_deflate(octets: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(octets) + packer.flush()


# A list never begins as these do.
texts = st.binary(max_size=3000).map(lambda octets: b"#" + octets)


@given(texts)
def test_what_was_packed_comes_out(octets: bytes) -> None:
    assert decode(octets) == octets
    assert decode(gzip.compress(octets)) == octets
    assert decode(gzip.compress(octets), "gzip") == octets
    assert decode(gzip.compress(gzip.compress(octets)), "gzip") == octets
    assert decode(zlib.compress(octets), "deflate") == octets
    assert decode(raw_deflate(octets), "deflate") == octets


@given(st.lists(texts, min_size=1, max_size=5), st.integers(0, 700))
def test_several_members_and_padding(parts: list[bytes], zeros: int) -> None:
    packed = b"".join(map(gzip.compress, parts)) + bytes(zeros)
    assert decode(packed) == b"".join(parts)


@given(texts, st.data())
def test_what_is_cut_or_damaged_is_a_fault(octets: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(octets)
    cut = packed[: data.draw(st.integers(2, len(packed) - 1))]
    with pytest.raises(FetchFault):
        decode(cut)
    with pytest.raises(FetchFault):
        decode(packed + b"trailing", "gzip")


@given(st.binary(max_size=600), st.sampled_from(["", "gzip", "deflate"]))
def test_any_octets_give_a_list_or_a_fault(octets: bytes, coding: str) -> None:
    try:
        assert len(decode(octets, coding, 100_000)) <= 100_000
    except FetchFault:
        pass


def test_empty_is_empty_however_it_is_called() -> None:
    assert [decode(b"", coding) for coding in ("", "gzip", "deflate")] == [b""] * 3


def test_large_ones_come_in_pieces() -> None:
    octets = GAMES * 100
    pieces = list(read_decoded(io.BytesIO(gzip.compress(octets)), "", len(octets)))
    assert b"".join(pieces) == octets
    assert max(map(len, pieces)) <= 512 * 1024


def test_a_bomb_is_not_unpacked_beyond_the_limit() -> None:
    bomb = gzip.compress(bytes(30_000_000))
    for octets, coding in ((bomb, "gzip"), (bomb, ""), (gzip.compress(bomb), "gzip")):
        read: list[int] = []
        with pytest.raises(FetchFault, match="longer than 1 MB"):
            read.extend(map(len, read_decoded(io.BytesIO(octets), coding, 1_000_000)))
        assert sum(read) <= 1_000_000


def test_archives_are_refused_by_name() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("domains"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("domains", GAMES)
    samples = {
        "tar": [file.getvalue(), gzip.compress(file.getvalue())],
        "zip": [packed.getvalue()],
        "gzip within gzip": [gzip.compress(gzip.compress(GAMES))],
        "xz": [lzma.compress(GAMES)],
        "bzip2": [bz2.compress(GAMES)],
    }
    for kind, contents in samples.items():
        for octets in contents:
            with pytest.raises(FetchFault, match=rf"an archive \({kind}\)"):
                decode(octets)


def test_codings() -> None:
    names = ["", "identity", " GZIP ", "x-gzip", "deflate"]
    assert list(map(parse_coding, names)) == ["", "", "gzip", "gzip", "deflate"]
    for name in ("br", "zstd", "gzip, gzip", "compress"):
        with pytest.raises(FetchFault):
            parse_coding(name)
