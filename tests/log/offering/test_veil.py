"""A veil is lifted by whoever has the file, keeps names from being read in it, and hides nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault, StateFault
from filterdns.lists.categories_file import load_categories
from filterdns.lists.revocations import Revocation, write_revocations
from filterdns.lists.shipped import shipped_folder
from filterdns.log.offering.offered import read_offered, write_offered
from filterdns.log.offering.veil import NOTE, unveil, veil
from filterdns.tlog.canonical import read_canonical, write_canonical

TABLE = load_categories(shipped_folder() / "categories.yaml")
texts = st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=8), st.text(max_size=30))


@given(texts.filter(lambda all_: all(text.isprintable() for text in all_.values())))
def test_what_was_veiled_is_lifted_again(texts: dict[str, str]) -> None:
    value = read_canonical(write_canonical(veil(texts)))
    assert unveil(value) == texts
    assert veil(texts) == value


def test_no_word_can_be_read_and_the_file_says_what_it_is() -> None:
    octets = write_canonical(veil({"own/gore.yaml": "- name: hidden.example\n" * 100}))
    assert b"hidden" not in octets
    assert NOTE.encode() in octets
    again = write_canonical(veil({"own/gore.yaml": "- name: hidden.example\n" * 101}))
    assert len(set(zip(octets, again, strict=False))) > 1_000  # another key: no part of it looks the same


@pytest.mark.parametrize(
    "harm",
    [
        {"key": "00"},
        {"key": 7},
        {"texts": []},
        {"texts": {"a": 7}},
        {"texts": {"a": "?"}},
        {"texts": {"a": "/////w=="}},  # under the veil no UTF-8
        {"more": ""},
    ],
)
def test_what_is_no_veil_is_refused(harm: dict[str, object]) -> None:
    with pytest.raises(LogFault, match="veiled text"):
        unveil({"key": "0" * 32, "note": "", "texts": {}} | harm)
    with pytest.raises(LogFault):
        unveil(harm)


def test_revocations_of_hashed_categories_are_veiled_and_come_back() -> None:
    rows = [
        Revocation(b"shop.example", True, ("adult",), reason="x"),
        Revocation(b"hidden.example", True, ("gore",), reason="hidden.example is a school"),
        Revocation(b"all.example", False),
    ]
    octets = write_offered(rows, TABLE)
    assert octets == write_offered(reversed(rows), TABLE)
    assert b"hidden" not in octets
    assert b"shop.example" in octets
    assert set(read_offered(octets, "r")) == set(rows)


def test_revocations_without_such_names_are_as_ever() -> None:
    rows = [Revocation(b"shop.example", True, ("adult",), reason='{"veiled":')]
    assert write_offered(rows, TABLE) == write_revocations(rows, "r")
    assert read_offered(write_offered(rows, TABLE), "r") == rows
    assert read_offered(write_offered([], TABLE), "r") == []


@pytest.mark.parametrize("last", [b'{"veiled":{}}', b'{"veiled":7}', b'{"veiled":', b'{"veiled":{},"x":1}'])
def test_damaged_revocations_are_refused(last: bytes) -> None:
    octets = write_offered([Revocation(b"shop.example", True)], TABLE)
    with pytest.raises((LogFault, StateFault)):
        read_offered(octets + last + b"\n", "r")
