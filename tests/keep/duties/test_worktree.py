"""Each decision as a commit: only its own file, told when git cannot, and made later."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.transparency.appeals import events as e
from tests.keep.duties.office import Office, listed

CLINIC = "clinic.example"


def git(tree: Path, *arguments: str) -> str:
    options = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *options, *arguments], cwd=tree, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    (tree / "lists" / "allow").mkdir(parents=True)
    (tree / "lists" / "allow" / "desk.yaml").write_text("# ours\n[]\n")
    (tree / "notes").write_text("first\n")
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "-m", "begin")
    return tree


def decide(office: Office, name: str = CLINIC) -> None:
    office.decide(office.appeal(name), e.REMOVED)
    office.keep()
    office.look()


def test_a_decision_is_a_commit_of_its_own_file_alone(office: Office, tree: Path) -> None:
    office.desk = replace(office.desk, worktree=str(tree))
    listed(office.site, CLINIC)
    (tree / "notes").write_text("somebody is at work here\n")
    git(tree, "add", "notes")
    decide(office)
    assert git(tree, "log", "-1", "--format=%an <%ae> %s") == (
        f"filterdns desk <desk@filterdns.invalid> Case 1: open {CLINIC} (adult)"
    )
    assert git(tree, "show", "--format=", "--name-only") == "lists/allow/desk.yaml"
    assert git(tree, "status", "--porcelain") == "M  notes"
    written = (tree / "lists" / "allow" / "desk.yaml").read_text()
    assert written.startswith("# ours\n")
    assert CLINIC in written
    count = git(tree, "rev-list", "--count", "HEAD")
    office.look()
    assert git(tree, "rev-list", "--count", "HEAD") == count


def test_a_file_that_git_does_not_know_yet_is_added(office: Office, tree: Path) -> None:
    office.desk = replace(office.desk, worktree=str(tree))
    office.site.publish()
    office.close(office.propose("casino.example"), e.LISTED)
    office.keep()
    assert git(tree, "show", "--format=", "--name-only") == "lists/own/adult.yaml"


def test_a_tree_that_cannot_take_it_stops_no_deed_and_is_tried_again(office: Office, tree: Path) -> None:
    office.desk = replace(office.desk, worktree=str(tree))
    listed(office.site, CLINIC, "other.example")
    lock = tree / ".git" / "index.lock"
    lock.touch()
    decide(office)
    assert office.filtered(CLINIC) == set()
    assert office.waiting() == []
    assert "is not committed yet" in office.reports[-1].lines[-1]
    decide(office, "other.example")
    lock.unlink()
    office.look()
    assert git(tree, "rev-list", "--count", "HEAD") == "3"
    assert [line[:6] for line in git(tree, "log", "--format=%s").splitlines()] == ["Case 2", "Case 1", "begin"]


def test_hooks_and_keys_of_whoever_set_the_tree_up_are_not_run(office: Office, tree: Path) -> None:
    hook = tree / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    os.chmod(hook, 0o755)
    git(tree, "config", "commit.gpgsign", "true")
    office.desk = replace(office.desk, worktree=str(tree))
    listed(office.site, CLINIC)
    decide(office)
    assert git(tree, "rev-list", "--count", "HEAD") == "2"


def test_a_folder_that_is_no_tree_is_told(office: Office, tmp_path: Path) -> None:
    office.desk = replace(office.desk, worktree=str(tmp_path / "nothing"))
    listed(office.site, CLINIC)
    decide(office)
    assert "expected a folder lists" in office.reports[-1].lines[-1]
    assert office.filtered(CLINIC) == set()
