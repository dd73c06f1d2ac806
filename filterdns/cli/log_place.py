"""Which log a person means, whose keys are trusted for it, and what was seen of it before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from filterdns.errors import LogFault
from filterdns.log.checking.seen import SeenCheckpoint, load_checkpoint, seen_file
from filterdns.log.home.subscription import load_seen, load_subscription
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.places import CHECKPOINT, has_log, public_folder, signed_file
from filterdns.log.reading.files import FolderFiles, LogFiles, MissingFile, WebFiles
from filterdns.log.writing.records import load_signed
from filterdns.tlog.checkpoint import Checkpoint, parse_checkpoint
from filterdns.tlog.note import read_note
from filterdns.tlog.policy import MOST_POLICY_OCTETS, Policy, parse_policy, policy_of

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A log to be read. `seen`: where the checkpoint seen last is kept; `known`: what else is known of the log here."""

    files: LogFiles
    policy: Policy
    seen: Path
    known: tuple[SeenCheckpoint, ...] = field(default=())

    def since(self) -> list[SeenCheckpoint]:
        """All that this log must continue. Raises LogFault for a damaged file."""
        before = load_checkpoint(self.seen)
        return [*([before] if before else []), *self.known]

    @contextmanager
    def reading(self) -> Iterator[LogFiles]:
        """Its files, until the end of the connection. Where there is no log, LogFault asks whether there is one."""
        try:
            yield self.files
        except MissingFile as fault:
            if not str(fault).startswith(f"{self.files}/{CHECKPOINT}"):
                raise
            raise LogFault(
                f"{fault}; is that the address of a log? They look like https://lists.example.org/log"
            ) from fault
        finally:
            if isinstance(self.files, WebFiles):
                self.files.close()


def with_trust(command: F) -> F:
    """Give a command `vkey` and `policy`: whose word counts."""
    policy = click.option(
        "--policy",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="A tlog-policy file in place of --vkey: keys of the log, and which witnesses must have seen it.",
    )
    return click.option("--vkey", help="The key of the log, as its publisher gives it.")(policy(command))


def find_log(place: str, vkey: str, policy: Path | None, seen: Path | None, state: Path, use: str) -> LogPlace:
    """The log at a URL or in a folder; with neither that of this installation, or of the publisher that it follows.

    `use` names what is seen, so that two uses do not take it from each other. Raises LogFault or UsageError.
    """
    if not place and has_log(state):
        return _own(vkey, policy, seen, state, use)
    subscription = load_subscription(state)
    if subscription is not None and place in ("", subscription.url):
        place, vkey = subscription.url, vkey or ("" if policy else subscription.vkey)
    if not place:
        raise LogFault(
            f"{state}: expected a log, or a publisher that this home follows, got neither; give a URL or a folder"
        )
    trusted = _policy(vkey, policy)
    if trusted is None:
        raise click.UsageError(
            "expected --vkey or --policy: the key of that log, which its publisher gives in more than one place"
        )
    files: LogFiles = WebFiles(place) if "://" in place else FolderFiles(Path(place))
    origin = trusted.logs[0].key.name if trusted.logs else "none"
    return LogPlace(files, trusted, seen or seen_file(state, origin, use=use), _of_publisher(state, origin))


def _own(vkey: str, policy: Path | None, seen: Path | None, state: Path, use: str) -> LogPlace:
    own = load_policy(state)
    trusted = _policy(vkey, policy) or (Policy(own.logs) if own else None)
    if trusted is None:
        raise LogFault(f"{public_folder(state)}: expected a file `policy` with the key of this log, got none")
    signed = load_signed(signed_file(state))
    origin = trusted.logs[0].key.name if trusted.logs else "none"
    known: tuple[SeenCheckpoint, ...] = ()
    if signed is not None:
        known = (SeenCheckpoint(str(signed_file(state)), Checkpoint(origin, signed.size, signed.root), b""),)
    return LogPlace(FolderFiles(public_folder(state)), trusted, seen or seen_file(state, origin, use=use), known)


def _policy(vkey: str, policy: Path | None) -> Policy | None:
    if vkey:
        return policy_of(vkey)
    if policy is None:
        return None
    with policy.open("rb") as file:
        text = file.read(MOST_POLICY_OCTETS + 1).decode("utf-8", "replace")
    try:
        return parse_policy(text)
    except LogFault as fault:
        raise LogFault(f"{policy}: {fault}") from fault


def _of_publisher(state: Path, origin: str) -> tuple[SeenCheckpoint, ...]:
    """What this home saw of the log when it took decisions from it."""
    seen = load_seen(state)
    if not seen.note or seen.origin != origin:
        return ()
    note = seen.note.encode()
    return (SeenCheckpoint("the checkpoint that this home took last", parse_checkpoint(read_note(note).text), note),)
