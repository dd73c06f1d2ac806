"""STATE/public/log/policy: what readers need to check the log, and which witnesses we ask ourselves (C2SP tlog-policy).

We write its `log` lines, with each change of keys. The lines of witnesses, groups and the quorum are the operator's:
whatever quorum is promised to readers is the one that every checkpoint of ours has to meet.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import policy_file
from filterdns.tlog.note import VerifierKey, write_vkey
from filterdns.tlog.policy import MOST_POLICY_OCTETS, Policy, parse_policy

_FIRST = "# Who signs this log; whoever reads it needs these lines. See https://c2sp.org/tlog-policy\n"
_NO_QUORUM = "quorum none\n"


def load_policy(state: Path) -> Policy | None:
    """The policy of our own log, None if it has none yet. Raises LogFault with each line that is wrong."""
    text = _load(policy_file(state))
    if text is None:
        return None
    try:
        return parse_policy(text)
    except LogFault as fault:
        raise LogFault(f"{policy_file(state)}: {fault}") from fault


def write_policy(state: Path, keys: Iterable[VerifierKey]) -> bytes:
    """The octets of the policy with these log keys, and all other lines as they are. Raises LogFault."""
    text = _load(policy_file(state))
    lines = (_FIRST + _NO_QUORUM if text is None else text).splitlines(keepends=True)
    kept = [line for line in lines if line.split()[:1] != ["log"]]
    comments = next((at for at, line in enumerate(kept) if not line.startswith("#")), len(kept))
    logs = [f"log {write_vkey(key)}\n" for key in keys]
    return "".join([*kept[:comments], *logs, *kept[comments:]]).encode()


def _load(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(MOST_POLICY_OCTETS + 1).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogFault(f"{path}: expected the policy of the log, got {error.strerror or error}") from error
