"""Each decision as a commit in the git tree of those who look after the lists in one, if the settings name it.

    STATE/desk/commits/<event>-<number>.json     one that waits: the edit, "message", "at"

A commit has one decision and the file that it is in, by the author "filterdns desk".  What git cannot do is told and
tried again with the next round; no deed waits for it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filterdns.errors import FilterdnsError, StateFault
from filterdns.keep.duties.entries import Edit
from filterdns.keep.duties.overlay import write_edit
from filterdns.keep.duties.remembered import commits_folder, load_values, store_values
from filterdns.log.writing.durable import remove_files

AUTHOR, ADDRESS = "filterdns desk", "desk@filterdns.invalid"
TIMEOUT_SECONDS = 30.0  # of one git command; a tree of lists is small

_LISTS = "lists"
_FILE = re.compile(r"([0-9]{1,18})-([0-9]{1,9})\.json\Z")
_MOST_WORDS = 300  # characters of what git says
# Nothing of a person's own configuration changes what is committed, and nothing asks anybody.
_OPTIONS = ("-c", "commit.gpgsign=false", "-c", f"core.hooksPath={os.devnull}", "-c", f"user.name={AUTHOR}")


@dataclass(frozen=True, slots=True)
class Commit:
    """One that is to be made. `at`: when it was decided."""

    event: int
    number: int
    edit: Edit
    message: str
    at: datetime


def lay_commit(state: Path, commit: Commit) -> None:
    """Note that it is to be made. Twice is the same as once. Raises StateFault."""
    values: dict[str, Any] = {
        "file": commit.edit.file,
        "entry": dict(commit.edit.entry),
        "known_by": list(commit.edit.known_by),
        "takes_away": commit.edit.takes_away,
        "message": commit.message,
        "at": commit.at.isoformat(),
    }
    store_values(commits_folder(state) / f"{commit.event}-{commit.number}.json", values)


def make_commits(state: Path, worktree: Path) -> list[str]:
    """Make those that wait, in their order; what could not be done, in words for people. Raises StateFault."""
    for path, commit in _waiting(state):
        try:
            _make(worktree, commit)
        except FilterdnsError as fault:
            return [f"desk: {worktree}: the decision of event {commit.event} is not committed yet: {fault}"]
        remove_files([path])
    return []


def has_commits(state: Path) -> bool:
    """Whether some wait."""
    return next(_waiting(state), None) is not None


def _waiting(state: Path) -> Iterator[tuple[Path, Commit]]:
    folder = commits_folder(state)
    found = [(path, match) for path in folder.iterdir() if (match := _FILE.match(path.name))] if folder.is_dir() else []
    for path, match in sorted(found, key=lambda each: (int(each[1][1]), int(each[1][2]))):
        values = load_values(path)
        try:
            edit = Edit(values["file"], values["entry"], tuple(values["known_by"]), values.get("takes_away", ""))
            at = datetime.fromisoformat(values["at"])
            commit = Commit(int(match[1]), int(match[2]), edit, values["message"], at)
        except (KeyError, TypeError, ValueError):
            remove_files([path])  # damaged: the decision is in the overlay all the same
            continue
        yield path, commit


def _make(worktree: Path, commit: Commit) -> None:
    """Raises StateFault, DataFault."""
    lists = worktree / _LISTS
    if not lists.is_dir():
        raise StateFault(f"expected a folder {_LISTS} in the work tree, got none")
    if not (lists / commit.edit.file).resolve().is_relative_to(lists.resolve()):
        raise StateFault(f"expected a file of the lists folder, got {commit.edit.file}")
    write_edit(lists, commit.edit)
    file = f"{_LISTS}/{commit.edit.file}"
    if not _git(worktree, commit, "status", "--porcelain", "--", file):
        return  # it is committed: the machine went down behind that
    _git(worktree, commit, "add", "--", file)
    _git(worktree, commit, "commit", "--quiet", "--only", "--message", commit.message, "--", file)


def _git(worktree: Path, commit: Commit, *arguments: str) -> str:
    """What a command of git says. Raises StateFault."""
    at = f"{commit.at:%Y-%m-%dT%H:%M:%S%z}"
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_DATE": at,
        "GIT_COMMITTER_DATE": at,
        "LC_ALL": "C",
    }
    command = ["git", *_OPTIONS, "-c", f"user.email={ADDRESS}", *arguments]
    try:
        done = subprocess.run(
            command, cwd=worktree, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StateFault(f"expected git to work, got {error}") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().replace("\n", " ")
        raise StateFault(f"git {arguments[0]}: {words[:_MOST_WORDS] or done.returncode}")
    return done.stdout.decode("utf-8", "replace").strip()
