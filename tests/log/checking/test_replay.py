"""Releases made again from inputs alone."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import filterdns
from filterdns.errors import StateFault
from filterdns.lists import build as build_module
from filterdns.lists.build import rebuild
from filterdns.lists.own_data import load_own_data
from filterdns.lists.own_rules import SUFFIX_LIST
from filterdns.lists.release import open_release
from filterdns.log.checking import replay as replay_module
from filterdns.log.checking.replay import DIFFERS, MISSING, OTHER_TOOL, SAME, Replay, Replayed, exit_status
from filterdns.log.recording.inputs import KeptInputs, private_inputs, public_inputs
from tests.lists.entries import own_entry
from tests.lists.home import files
from tests.log import life
from tests.log.life import Publisher


def replayed(publisher: Publisher, out: Path, inputs: Path | None = None) -> list[Replayed]:
    folder = inputs or private_inputs(publisher.home.state)
    return list(Replay(KeptInputs(folder), out).run(publisher.logged))


def results(done: list[Replayed]) -> list[str]:
    return [each.result for each in done]


def noting(called: Callable[..., Any], built: list[int]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        built.append(arguments[4].number)
        return called(*arguments)

    return call


def short_life(publisher: Publisher) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    home.use("adult-a", ["a.example", "b.example"])
    publisher.build()
    home.use("adult-a", ["b.example", "c.example"])
    publisher.build(days=1)


def test_every_release_of_a_life_is_made_again_octet_for_octet(publisher: Publisher, tmp_path: Path) -> None:
    publisher.live()
    kept = {number: dict(files(open_release(publisher.home.state, number))) for number in (7, 8, 9)}
    inputs = tmp_path / "inputs"
    shutil.move(private_inputs(publisher.home.state), inputs)
    shutil.rmtree(publisher.home.state)  # overlay, caches, copies, releases
    done = replayed(publisher, tmp_path / "out", inputs)
    assert [(each.number, each.lines) for each in done] == [(number, ()) for number in range(1, 10)]
    assert results(done) == [SAME] * 9
    for number, octets in kept.items():
        assert dict(files(open_release(tmp_path / "out", number))) == octets


def digest_of(publisher: Publisher, number: int, name: str) -> str:
    return open_release(publisher.home.state, number).manifest.inputs[name]


def test_from_what_is_public_alone_the_same_comes_out(publisher: Publisher, tmp_path: Path) -> None:
    publisher.live()
    public = public_inputs(publisher.home.state)
    choices = digest_of(publisher, 9, "overlay/sources/choices.yaml")
    assert not (public / f"{choices}.gz").exists()  # which lists are on is told by the manifest
    assert (private_inputs(publisher.home.state) / f"{choices}.gz").exists()
    assert results(replayed(publisher, tmp_path / "out", public)) == [SAME] * 9


def test_suffix_list_of_that_day_counts_whatever_is_installed_here(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    home.use("adult-a", ["strangers.example", "a.example"])
    publisher.build()
    assert home.sources("strangers.example") == {("adult-a", "subdomains")}
    suffixes = tmp_path / "suffixes"
    suffixes.write_text(SUFFIX_LIST.read_text(encoding="utf-8") + "strangers.example\n", encoding="utf-8")
    with monkeypatch.context() as newer:
        for module in (build_module, life):
            newer.setattr(module, "load_own_data", partial(load_own_data, suffix_list=suffixes))
        publisher.build(hours=1)  # no list and nothing that people wrote has changed
    assert home.refused("strangers.example") == {("public_suffix", "adult", "adult-a")}
    assert results(replayed(publisher, tmp_path / "out", public_inputs(home.state))) == [SAME, SAME]


def test_what_is_missing_is_named_and_what_stands_on_it_is_told(publisher: Publisher, tmp_path: Path) -> None:
    short_life(publisher)
    sha256 = open_release(publisher.home.state, 1).manifest.lists["adult-a"].sha256
    (private_inputs(publisher.home.state) / f"{sha256}.gz").unlink()
    done = replayed(publisher, tmp_path / "out")
    assert results(done) == [MISSING, MISSING]
    assert f"list adult-a (List adult-a, CC0): {sha256}: expected it in" in done[0].lines[0]
    assert done[1].lines == ("release 1, which it was made on: it could not be made again",)
    assert done[1].own is not None  # what people wrote can be read all the same
    assert exit_status(results(done)) == 3


def test_octets_that_are_not_of_their_digest_are_noticed(publisher: Publisher, tmp_path: Path) -> None:
    short_life(publisher)
    sha256 = open_release(publisher.home.state, 1).manifest.lists["adult-a"].sha256
    path = private_inputs(publisher.home.state) / f"{sha256}.gz"
    path.write_bytes(gzip.compress(b"a.example\n"))
    done = replayed(publisher, tmp_path / "out")
    assert results(done)[0] == MISSING
    assert "got others of that name" in done[0].lines[0]
    path.write_bytes(path.read_bytes()[:-9])
    assert "expected packed octets" in replayed(publisher, tmp_path / "other")[0].lines[0]


def test_copy_that_an_auditor_fetched_elsewhere_counts_as_it_is(publisher: Publisher, tmp_path: Path) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=False)
    sha256 = home.use("adult-a", ["a.example"])
    publisher.build()
    public = public_inputs(home.state)
    assert results(replayed(publisher, tmp_path / "out", public)) == [MISSING]
    (public / sha256).write_text("a.example\n")
    assert results(replayed(publisher, tmp_path / "out", public)) == [SAME]


def test_lists_of_the_publishers_own_household_are_for_its_machine_alone(publisher: Publisher, tmp_path: Path) -> None:
    publisher.home.write("own/adult.mine.txt", "secret.example\n")
    publisher.home.write(
        "own/gore.yaml", own_entry("also.example")
    )  # of a category that is not published as plain names
    publisher.build()
    assert results(replayed(publisher, tmp_path / "out")) == [SAME]
    done = replayed(publisher, tmp_path / "other", public_inputs(publisher.home.state))
    assert results(done) == [MISSING]
    assert [line.split(":")[0] for line in done[0].lines] == [
        "overlay/own/adult.mine.txt",
        "overlay/own/gore.yaml",
        "list own/adult.mine.txt (of the publisher's own household)",
    ]


def test_release_that_was_made_otherwise_than_it_says_differs(publisher: Publisher, tmp_path: Path) -> None:
    publisher.home.add_list("adult-a", "adult", redistribute=True)
    publisher.home.use("adult-a", ["a.example", "b.example"])
    publisher.build()
    said = open_release(publisher.home.state, 1)
    digest = replace(said.manifest.files["index"], sha256="0" * 64)
    publisher.say(replace(said.manifest, files={**said.manifest.files, "index": digest}))
    done = replayed(publisher, tmp_path / "out")
    assert results(done) == [DIFFERS]
    assert done[0].lines == (f"index: expected {'0' * 64}, got {said.manifest.files['index'].sha256}",)
    assert exit_status([SAME, MISSING, DIFFERS]) == 1


def test_release_of_another_version_of_the_program_counts_if_it_comes_out_the_same(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_life(publisher)
    with monkeypatch.context() as later:
        later.setattr(filterdns, "__version__", "99.0")
        later.setattr(replay_module, "made_with", lambda: {"names": "idna 99", "hash": "xxhash"})
        assert results(replayed(publisher, tmp_path / "out")) == [SAME, SAME]
        said = open_release(publisher.home.state, 1).manifest
        publisher.say(replace(said, names=7))
        done = replayed(publisher, tmp_path / "other")
    assert results(done) == [OTHER_TOOL]
    assert f"it was made with filterdns {filterdns.__version__}, here is 99.0" in done[0].lines
    assert exit_status([SAME, OTHER_TOOL]) == 3


def test_replay_goes_on_where_it_stopped(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short_life(publisher)
    publisher.logged, rest = publisher.logged[:1], publisher.logged
    replayed(publisher, tmp_path / "out")
    publisher.logged = rest
    built: list[int] = []
    monkeypatch.setattr(replay_module, "rebuild", noting(rebuild, built))
    assert results(replayed(publisher, tmp_path / "out")) == [SAME, SAME]
    assert built == [2]


def test_log_that_began_when_there_were_releases_is_replayed_from_the_one_before(
    publisher: Publisher, tmp_path: Path
) -> None:
    home = publisher.home
    home.add_list("adult-a", "adult", redistribute=True)
    home.use("adult-a", ["a.example", "b.example"])
    home.build()  # without a log
    home.use("adult-a", ["b.example", "c.example"])
    publisher.build(days=1)
    home.use("adult-a", ["c.example"])
    publisher.build(days=1)
    assert results(replayed(publisher, tmp_path / "out", public_inputs(home.state))) == [SAME, SAME]


def test_release_that_the_log_has_and_that_never_became_current_is_made_again_too(
    publisher: Publisher, tmp_path: Path
) -> None:
    home = publisher.home
    short_life(publisher)
    home.use("adult-a", ["z.example"])
    home.sleep(days=1)
    with pytest.raises(StateFault, match="power"):
        home.build(publisher.record_and_fail)
    publisher.build()
    assert [each.number for each in publisher.logged] == [1, 2, 3, 4]
    assert open_release(home.state, 4).manifest.before == 2
    assert results(replayed(publisher, tmp_path / "out")) == [SAME] * 4


def test_only_the_last_release_is_kept_where_nobody_asked_for_them(publisher: Publisher, tmp_path: Path) -> None:
    short_life(publisher)
    run = Replay(KeptInputs(private_inputs(publisher.home.state)), tmp_path / "out", keep_all=False)
    there = []
    for each in run.run(publisher.logged):
        assert each.release is not None
        there.append(sorted(path.name for path in each.release.folder.parent.iterdir()))
    assert there == [["00000001"], ["00000001", "00000002"]]
    assert list((tmp_path / "out" / "releases").iterdir()) == []


def test_manifest_that_names_a_file_outside_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    short_life(publisher)
    said = open_release(publisher.home.state, 1).manifest
    publisher.say(replace(said, inputs={**said.inputs, "../../escape": said.inputs["categories.yaml"], "a": "../x"}))
    done = replayed(publisher, tmp_path / "out")
    assert results(done) == [MISSING]
    assert "expected the path of a file" in done[0].lines[0]
    assert "expected a SHA-256" in done[0].lines[1]
    assert not (tmp_path / "escape").exists()


def test_manifest_that_says_of_one_path_that_it_is_a_file_and_a_folder_is_told(
    publisher: Publisher, tmp_path: Path
) -> None:
    short_life(publisher)
    said = open_release(publisher.home.state, 1).manifest
    some = said.inputs["categories.yaml"]
    publisher.say(replace(said, inputs={**said.inputs, "categories.yaml/below": some, "x/y": some, "x": some}))
    done = replayed(publisher, tmp_path / "out")
    assert results(done) == [MISSING]
    assert any("categories.yaml/below" in line for line in done[0].lines)
