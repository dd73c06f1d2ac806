"""Inputs of releases are kept by digest, for good, and published only where they may be."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.errors import LogFault, StateFault
from filterdns.lists.copies import copy_path
from filterdns.lists.household_lists import NewList
from filterdns.lists.manifest import Manifest, write_manifest
from filterdns.lists.own_data import load_own_data
from filterdns.log.recording import inputs
from filterdns.log.recording.inputs import KeptInputs, MissingInput, keep_inputs, private_inputs, public_inputs
from tests.lists.entries import own_entry, protected_entry
from tests.log.life import Publisher

ALLOW = """- {name: %s, scope: subdomains, kind: allow, categories: %s, reason: {en: fine}, decided_by: maintainer,
   decided_on: 2026-11-20}
"""


def names_in(folder: Path) -> set[str]:
    return {path.name.removesuffix(".gz") for path in folder.iterdir()}


def built(publisher: Publisher) -> Manifest:
    publisher.build(days=1)
    return publisher.home.release.manifest


def keep(publisher: Publisher, manifest: Manifest) -> None:
    home = publisher.home
    keep_inputs(home.state, manifest, load_own_data(home.shipped, home.overlay))


def test_every_input_and_the_manifest_are_kept_under_their_digests(publisher: Publisher) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    home.use("adult-a", ["a.example"])
    manifest = built(publisher)
    digest = hashlib.sha256(write_manifest(manifest)).hexdigest()
    expected = {*manifest.inputs.values(), *(used.sha256 for used in manifest.lists.values()), digest}
    assert names_in(private_inputs(home.state)) == names_in(public_inputs(home.state)) == expected
    for sha256 in expected:
        octets = gzip.decompress((private_inputs(home.state) / f"{sha256}.gz").read_bytes())
        assert hashlib.sha256(octets).hexdigest() == sha256


def test_only_what_may_be_given_on_is_public(publisher: Publisher) -> None:
    home = publisher.home
    home.add_list("free", "adult", redistribute=True)
    home.add_list("closed", "adult", redistribute=False)
    free, closed = home.use("free", ["a.example"]), home.use("closed", ["b.example"])
    home.switch(free=True)
    home.write("own/adult.mine.txt", "mine.example\n")
    home.write("own/games.yaml", own_entry("play.example"))
    home.write("own/gore.yaml", own_entry("blood.example"))
    home.write("allow/all.yaml", ALLOW % ("one.example", "all"))
    home.write("allow/gore.yaml", ALLOW % ("two.example", "[gore, selfharm]"))
    home.write("protected/p2.yaml", protected_entry("clinic.example", "health"))
    inputs_of = built(publisher).inputs
    public = names_in(public_inputs(home.state))
    assert free in public
    assert closed not in public
    files = {name: sha256 in public for name, sha256 in inputs_of.items()}
    assert files == {
        "categories.yaml": True,
        "public_suffix_list.dat": True,
        "overlay/allow/all.yaml": True,
        "overlay/allow/gore.yaml": False,  # it would tell what that name is listed as somewhere
        "overlay/own/adult.mine.txt": False,
        "overlay/own/games.yaml": True,
        "overlay/own/gore.yaml": False,
        "overlay/protected/p2.yaml": True,
        "overlay/sources/choices.yaml": False,
        "overlay/sources/closed.yaml": True,
        "overlay/sources/free.yaml": True,
    }
    assert {*inputs_of.values(), free, closed} < names_in(private_inputs(home.state))


def test_lists_that_a_household_added_are_never_public(publisher: Publisher, tmp_path: Path) -> None:
    home = publisher.home
    (tmp_path / "ours.txt").write_text("ours.example\n")
    added = home.deeds.add(NewList(str(tmp_path / "ours.txt"), "adult", format="domains"))
    manifest = built(publisher)
    id_ = added.split(":")[0]
    assert manifest.lists[id_].household
    public = names_in(public_inputs(home.state))
    assert not {manifest.lists[id_].sha256, manifest.inputs["overlay/sources/household.yaml"]} & public


def test_same_octets_are_packed_the_same_and_written_once(publisher: Publisher) -> None:
    home = publisher.home
    manifest = built(publisher)
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in private_inputs(home.state).iterdir()}
    keep(publisher, manifest)
    assert before == {p.name: (p.stat().st_mtime_ns, p.stat().st_ino) for p in private_inputs(home.state).iterdir()}
    path = private_inputs(home.state) / f"{manifest.inputs['categories.yaml']}.gz"
    octets = path.read_bytes()
    path.unlink()
    keep(publisher, manifest)
    assert path.read_bytes() == octets


def test_what_is_public_costs_no_room_of_its_own(publisher: Publisher) -> None:
    name = f"{built(publisher).inputs['categories.yaml']}.gz"
    state = publisher.home.state
    assert (public_inputs(state) / name).samefile(private_inputs(state) / name)


def test_disk_without_links_gets_a_second_copy(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*paths: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    name = f"{built(publisher).inputs['categories.yaml']}.gz"
    state = publisher.home.state
    assert (public_inputs(state) / name).read_bytes() == (private_inputs(state) / name).read_bytes()


def test_file_that_changed_since_it_was_built_from_keeps_the_release_out_of_the_log(publisher: Publisher) -> None:
    manifest = built(publisher)
    own = load_own_data(publisher.home.shipped, None)
    for folder in (private_inputs(publisher.home.state), public_inputs(publisher.home.state)):
        (folder / f"{manifest.inputs['categories.yaml']}.gz").unlink()
    with (publisher.home.shipped / "categories.yaml").open("a") as file:
        file.write("# later\n")
    with pytest.raises(StateFault, match="it changed while the release was built"):
        keep_inputs(publisher.home.state, manifest, own)
    assert manifest.inputs["categories.yaml"] not in names_in(private_inputs(publisher.home.state))


def test_plain_list_that_grew_since_is_kept_as_it_was(publisher: Publisher) -> None:
    home = publisher.home
    home.write("own/adult.mine.txt", "mine.example\n")
    manifest = built(publisher)
    own = load_own_data(home.shipped, home.overlay)
    kept = private_inputs(home.state) / f"{manifest.inputs['overlay/own/adult.mine.txt']}.gz"
    kept.unlink()
    home.write("own/adult.mine.txt", "mine.example\nmore.example\n")
    keep_inputs(home.state, manifest, own)
    assert gzip.decompress(kept.read_bytes()) == b"mine.example\n"


def test_crash_while_something_is_packed_leaves_nothing_that_counts(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = built(publisher)
    path = private_inputs(publisher.home.state) / f"{manifest.inputs['categories.yaml']}.gz"
    path.unlink()

    def stop(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr(inputs.os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            keep(publisher, manifest)
    assert not path.exists()
    keep(publisher, manifest)
    KeptInputs(path.parent).copy(path.stem, path.parent / "again")


def test_full_disk_is_told(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = built(publisher)
    path = private_inputs(publisher.home.state) / f"{manifest.inputs['categories.yaml']}.gz"
    path.unlink()

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(inputs.os, "fsync", refuse)
    with pytest.raises(StateFault, match="expected room for inputs, got No space left"):
        keep(publisher, manifest)


def damaged(octets: bytes) -> bytes:
    return octets[:30] + bytes([octets[30] ^ 1]) + octets[31:]


@pytest.mark.parametrize("harm", [lambda octets: octets[:-12], lambda octets: b"", lambda octets: b"x" * 40, damaged])
def test_damaged_input_is_noticed_and_leaves_no_file(
    publisher: Publisher, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    sha256 = built(publisher).inputs["categories.yaml"]
    path = private_inputs(publisher.home.state) / f"{sha256}.gz"
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(LogFault):
        KeptInputs(path.parent).copy(sha256, tmp_path / "copied")
    assert not (tmp_path / "copied").exists()


def test_input_that_unpacks_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MOST_KEPT_OCTETS", 1 << 20)
    (tmp_path / f"{'0' * 64}.gz").write_bytes(gzip.compress(bytes(5 << 20)))
    with pytest.raises(LogFault):
        KeptInputs(tmp_path).copy("0" * 64, tmp_path / "copied")
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3 << 20


def test_input_that_is_not_there_is_told_apart_and_a_digest_that_is_none_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match="^" + "0" * 64):
        KeptInputs(tmp_path).copy("0" * 64, tmp_path / "copied")
    (tmp_path / "x").write_text("secret")
    with pytest.raises(LogFault, match="expected a SHA-256"):
        KeptInputs(tmp_path / "inputs").copy("../x", tmp_path / "copied")


def test_copy_that_was_removed_meanwhile_is_told(publisher: Publisher) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    sha256 = home.use("adult-a", ["a.example"])
    manifest = built(publisher)
    (private_inputs(home.state) / f"{sha256}.gz").unlink()
    copy_path(home.state, sha256).unlink()
    with pytest.raises(StateFault, match=sha256):
        keep(publisher, manifest)
