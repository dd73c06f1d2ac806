"""What changed between two documents: it gives the new one or is refused, and is small where little changed (J7b)."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.log.offering.decisions import PRIVATE, Document, digest_of, read_document, write_document
from filterdns.log.offering.delta import apply_delta, write_delta
from filterdns.log.offering.veil import veil
from filterdns.tlog.canonical import read_canonical, write_canonical
from tests.lists.entries import own_entry

names = st.sampled_from(["own/a.yaml", "own/b.yaml", "allow/c.yaml", "holds.yaml"])
lines = st.sampled_from(["- x\n", "- y\n", "  z: 1\n", "\n", "# c\n", "no end", "\u2028\n", "é\r\n"])
texts = st.lists(lines, max_size=12).map("".join)
documents = st.builds(Document, st.dictionaries(names, texts), st.frozensets(names)).map(write_document)


@given(documents, documents)
def test_what_was_written_gives_the_new_document(old: bytes, new: bytes) -> None:
    assert apply_delta(old, write_delta(old, new)) == new


@given(documents, documents, documents)
def test_of_another_document_nothing_is_made(old: bytes, new: bytes, other: bytes) -> None:
    if other != old:
        with pytest.raises(LogFault):
            apply_delta(other, write_delta(old, new))


@given(st.binary(max_size=60))
def test_any_octets_are_refused(octets: bytes) -> None:
    with pytest.raises(LogFault):
        apply_delta(write_document(Document({})), octets)


@pytest.mark.parametrize(
    "edits", [[[0, 9, ""]], [[1, 1, ""], [0, 1, ""]], [[-1, 1, ""]], [["0", 1, ""]], [[0, 1]], [7], "x"]
)
def test_edits_beyond_the_text_are_refused(edits: object) -> None:
    old = write_document(Document({"own/a.yaml": "- x\n- y\n"}))
    values = read_canonical(write_delta(old, write_document(Document({"own/a.yaml": "- x\n"}))))
    with pytest.raises(LogFault):
        apply_delta(old, write_canonical(values | {"files": {"own/a.yaml": edits}}))


def test_a_hundredth_of_changes_is_at_most_a_hundredth_of_the_whole() -> None:
    """Of 3,000 listings: ten came, ten went and ten have another day."""
    random = Random(7)
    whole = [own_entry(f"site-{number}.example") for number in range(3_000)]
    changed = list(whole)
    chosen = random.sample(range(3_000), 20)
    for at in chosen[:10]:
        changed[at] = changed[at].replace("2026-11-24", "2026-11-25")
    for at in sorted(chosen[10:], reverse=True):
        del changed[at]
    changed += [own_entry(f"new-{number}.example") for number in range(10)]
    old, new = (write_document(Document({"own/gambling.yaml": "".join(each)})) for each in (whole, changed))
    delta = write_delta(old, new)
    assert apply_delta(old, delta) == new
    assert len(delta) <= len(new) / 100


def test_a_file_of_many_lines_that_are_alike_takes_no_longer() -> None:
    old = write_document(Document({"own/a.yaml": "".join(f"- {number}\n  scope: exact\n" for number in range(20_000))}))
    new = write_document(Document({"own/a.yaml": "".join(f"- {number}\n  scope: all\n" for number in range(20_000))}))
    assert apply_delta(old, write_delta(old, new)) == new


@pytest.mark.parametrize(
    "name",
    [
        "../own/a.yaml",
        "own/../a.yaml",
        "own/a.txt",
        "categories.yaml",
        "shared/hosts.yaml",
        "own/.a.yaml",
        "/own/a.yaml",
        *PRIVATE,
    ],
)
def test_files_that_are_no_decisions_are_in_no_document(name: str) -> None:
    with pytest.raises(LogFault):
        write_document(Document({name: ""}))
    with pytest.raises(LogFault):
        read_document(write_canonical({"v": 1, "files": {name: ""}}))
    with pytest.raises(LogFault):
        read_document(write_canonical({"v": 1, "files": {}, "veiled": veil({name: ""})}))


def test_a_document_that_no_home_could_hold_is_neither_written_nor_read() -> None:
    """Reading YAML takes a hundred times its octets."""
    with pytest.raises(LogFault, match="at most 8388608 octets"):
        write_document(Document({"own/a.yaml": "x" * 8_400_000}))
    with pytest.raises(LogFault, match="at most 8388608 octets"):
        read_document(b"x" * 8_400_000)


def test_the_same_files_have_the_same_digest_in_any_order() -> None:
    files = {"own/b.yaml": "- b\n", "allow/a.yaml": "- a\n"}
    assert digest_of(write_document(Document(files))) == digest_of(
        write_document(Document(dict(reversed(files.items()))))
    )


def test_a_file_stands_once_in_a_document_with_a_veil_or_without() -> None:
    octets = write_canonical({"v": 1, "files": {"own/a.yaml": "x"}, "veiled": veil({"own/a.yaml": "y"})})
    with pytest.raises(LogFault, match="each file once"):
        read_document(octets)


def test_a_delta_names_no_name_that_the_document_veils() -> None:
    """Also where the file becomes one that is veiled, or its veiled text changes a little."""
    files = {"own/gore.yaml": "- hidden-0.example\n" * 50, "own/games.yaml": "- shown.example\n"}
    plain, old = write_document(Document(files)), write_document(Document(files, frozenset({"own/gore.yaml"})))
    more = files | {
        "own/gore.yaml": files["own/gore.yaml"] + "- hidden-1.example\n",
        "own/games.yaml": "- now.example\n",
    }
    new = write_document(Document(more, frozenset({"own/gore.yaml"})))
    for before in (plain, old):
        delta = write_delta(before, new)
        assert apply_delta(before, delta) == new
        assert b"hidden" not in delta
        assert b"now.example" in delta
