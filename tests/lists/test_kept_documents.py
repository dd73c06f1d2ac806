"""Files that people wrote are read once, and what is kept of them never says anything else than they do."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from filterdns.errors import DataFault
from filterdns.lists.kept_documents import KeptDocuments, read_document
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.sources import SourceFile, find_sources


def told(own: OwnData) -> dict[str, object]:
    return {field.name: getattr(own, field.name) for field in fields(own) if field.name != "suffixes"}


def document_file(folder: Path, text: str, sha256: str) -> SourceFile:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return SourceFile("allow/a.yaml", path, "allow", "a", sha256)


def test_shipped_data_are_the_same_from_what_was_kept(tmp_path: Path) -> None:
    kept = tmp_path / "work" / "written"
    first = KeptDocuments(kept)
    load_own_data(shipped_folder(), None, read=first.read)
    first.keep()
    second = KeptDocuments(kept)
    assert told(load_own_data(shipped_folder(), None, read=second.read)) == told(load_own_data(shipped_folder(), None))
    for source in find_sources(shipped_folder(), None):
        if source.path.suffix == ".yaml":
            assert second.read(source) == read_document(source)


def test_file_with_another_digest_is_read_anew_and_one_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    kept = tmp_path / "written"
    before = KeptDocuments(kept)
    before.read(document_file(tmp_path, "- {name: a.example}\n", "1"))
    before.keep()
    again = KeptDocuments(kept)
    source = document_file(tmp_path, "\n- {name: b.example}\n", "2")
    assert again.read(source) == read_document(source)
    again.keep()
    source.path.write_text("- {name: c.example}\n", encoding="utf-8")
    last = KeptDocuments(kept)
    assert last.read(document_file(tmp_path, "- {name: d.example}\n", "1")).data == [{"name": "d.example"}]
    assert last.read(source).where((0, "name")) == f"{source.path}:2"  # what its digest says, of the build before


@pytest.mark.parametrize("damage", [b"", b"{", b"0" * 64 + b"\n{}", b"\xff\n"])
def test_damaged_file_is_as_good_as_none(damage: bytes, tmp_path: Path) -> None:
    kept = tmp_path / "written"
    documents = KeptDocuments(kept)
    source = document_file(tmp_path, "- {name: a.example}\n", "1")
    documents.read(source)
    documents.keep()
    whole = kept.read_bytes()
    for octets in (damage, whole[:-1], whole.replace(b"a.example", b"b.example")):
        kept.write_bytes(octets)
        assert KeptDocuments(kept).read(source) == read_document(source)


def test_file_with_a_fault_is_told_of_each_time(tmp_path: Path) -> None:
    documents = KeptDocuments(tmp_path / "written")
    source = document_file(tmp_path, "a: 1\na: 2\n", "1")
    for _ in range(2):
        with pytest.raises(DataFault):
            documents.read(source)
    documents.keep()
    assert not (tmp_path / "written").exists()
