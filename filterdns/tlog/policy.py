"""Trust policies: which logs are believed, and how many witnesses must have seen a checkpoint (C2SP tlog-policy).

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...                     names of witnesses and groups on lines before
quorum <name>|none                                     exactly one
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from filterdns.errors import LogFault
from filterdns.tlog.checkpoint import Checkpoint, parse_checkpoint
from filterdns.tlog.cosignature import check_cosignature
from filterdns.tlog.note import COSIGNATURE, ED25519, VerifierKey, check_note, parse_vkey, read_note
from filterdns.tlog.text import parse_decimal

MOST_POLICY_OCTETS = 64 * 1024  # some hundred logs and witnesses
NONE = "none"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A log that is believed, and where it is."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness whose cosignature counts, and where it is asked."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups of which ``least`` must have seen a checkpoint."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A checkpoint that meets a policy, and when each of its witnesses saw it: POSIX seconds by the policy's name."""

    checkpoint: Checkpoint
    seconds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is demanded of a checkpoint. ``groups`` stand in an order in which each follows its members."""

    logs: tuple[LogKey, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    def check(self, octets: bytes) -> Checked:
        """The checkpoint of a signed note.

        LogFault unless a log of this policy signed it under its own name and the quorum of witnesses did; a bad
        signature of a known log or witness refuses the whole.
        """
        note = read_note(octets)
        signed = check_note(note, [log.key for log in self.logs])
        checkpoint = parse_checkpoint(note.text)
        if all(key.name != checkpoint.origin for key in signed):
            raise LogFault(f"checkpoint of {checkpoint.origin}: signed by {signed[0].name}, which is another log's key")
        seconds: dict[str, int] = {}
        for signature in note.signatures:
            for witness in self.witnesses:
                if signature.is_by(witness.key):
                    when = check_cosignature(note.text, signature, witness.key)
                    seconds[witness.name] = max(when, seconds.get(witness.name, 0))
        if not self.is_met_by(seconds):
            seen = ", ".join(sorted(seconds)) or "none"
            raise LogFault(f"checkpoint of {checkpoint.origin}: expected quorum {self.quorum}, got witnesses: {seen}")
        return Checked(checkpoint, seconds)

    def is_met_by(self, witnesses: Iterable[str]) -> bool:
        """Whether these witnesses are a quorum."""
        seen = {NONE, *witnesses}
        for group in self.groups:
            if sum(member in seen for member in group.members) >= group.least:
                seen.add(group.name)
        return self.quorum in seen


def policy_of(vkey: str) -> Policy:
    """The policy that believes one log, whoever else has seen it."""
    return Policy((LogKey(_log_key(vkey)),))


def parse_policy(text: str) -> Policy:
    """The policy of a file; LogFault with every fault and its line."""
    if len(text.encode(errors="replace")) > MOST_POLICY_OCTETS:
        raise LogFault(f"policy: expected at most {MOST_POLICY_OCTETS} octets, got {len(text)} characters")
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        try:
            reading.take(line)
        except LogFault as fault:
            reading.faults.append(f"policy: line {number}: {fault}")
    if not reading.quorum and not reading.faults:
        reading.faults.append("policy: expected one line `quorum NAME` or `quorum none`, got none")
    if reading.faults:
        raise LogFault("\n".join(reading.faults))
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


@dataclass(slots=True)
class _Reading:
    """What the lines so far have said."""

    logs: list[LogKey] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str = ""
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        for character in line:
            if (character < " " and character != "\t") or character == "\x7f":
                raise LogFault(f"expected no control character but tab and line feed, got {character!r}")
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            return
        rules: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if words[0] not in rules:
            raise LogFault(f"expected log, witness, group or quorum, got {words[0]!r}")
        rules[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise LogFault(f"expected `log VKEY [URL]`, got {len(words)} words after log")
        key = _log_key(words[0])
        if any(log.key.public == key.public for log in self.logs):
            raise LogFault(f"the public key of log {key.name} stands on an earlier line too")
        self.logs.append(LogKey(key, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise LogFault(f"expected `witness NAME VKEY [URL]`, got {len(words)} words after witness")
        key = parse_vkey(words[1])
        if key.algorithm != COSIGNATURE:
            raise LogFault(f"expected a witness's key (type {COSIGNATURE}), got type {key.algorithm}")
        if any(witness.key.public == key.public for witness in self.witnesses):
            raise LogFault(f"the public key of witness {key.name} stands on an earlier line too")
        self._define(words[0])
        self.witnesses.append(Witness(words[0], key, *words[2:]))

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise LogFault(f"expected `group NAME all|any|NUMBER NAME...`, got {len(words)} words after group")
        name, rule, members = words[0], words[1], tuple(words[2:])
        least = {"all": len(members), "any": 1}.get(rule) or parse_decimal(rule, len(members), f"group {name}")
        if least < 1:
            raise LogFault(f"group {name}: expected all, any or a number from 1 to {len(members)}, got {rule}")
        for member in members:
            self._check_defined(member)
            if member in self.members:
                raise LogFault(f"{member} is a member of a group already; each counts in one way only")
            self.members.add(member)
        self._define(name)
        self.groups.append(Group(name, least, members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            raise LogFault(f"expected `quorum NAME` or `quorum none`, got {len(words)} words after quorum")
        if self.quorum:
            raise LogFault("a quorum stands on an earlier line too")
        if words[0] != NONE:
            self._check_defined(words[0])
        self.quorum = words[0]

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise LogFault(f"expected a new name, got {name}, which has a meaning already")
        self.names.add(name)

    def _check_defined(self, name: str) -> None:
        if name not in self.names:
            raise LogFault(f"expected a witness or group of an earlier line, got {name}")


def _log_key(vkey: str) -> VerifierKey:
    key = parse_vkey(vkey)
    if key.algorithm != ED25519:
        raise LogFault(f"expected a log's key (type {ED25519}), got type {key.algorithm}")
    return key
