"""Whether the whole log is what it must be: looked at when a keeper starts, and what is wrong kept until it is not.

    STATE/log/refused     what was wrong, for people; while it is there nothing of ours is appended

The start of each append looks at the right edge of the log alone (`start_check`); a tile in its middle that was altered
or lost shows here.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.checking.verify import verify_log
from filterdns.log.places import POLICY, private_folder, public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.writing.durable import remove_files, store_file
from filterdns.log.writing.writer import open_writer
from filterdns.tlog.policy import MOST_POLICY_OCTETS, Policy, parse_policy

MOST_TOLD = 3  # faults of a log in one sentence

_REMEDY = "Nothing is appended until it is mended; the keeper looks again each hour, and when it starts."
_MOST_OCTETS = 8_192


def look_at_log(state: Path, when: datetime) -> str:
    """Verify all of the log; what is wrong in words, "" if nothing is. The next look may find it mended.

    Raises StateFault if the disk refuses.
    """
    fault = _find_fault(state, when)
    path = _refused_file(state)
    if fault:
        store_file(path, fault.encode())
    else:
        remove_files([path])
    return fault


def get_refusal(state: Path) -> str:
    """What was wrong when the log was last looked at; "" if nothing was."""
    try:
        with _refused_file(state).open("rb") as file:
            return file.read(_MOST_OCTETS).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{_refused_file(state)}: expected a file that can be read, got {error.strerror or error}"


def _find_fault(state: Path, when: datetime) -> str:
    try:
        with open_writer(state, when):
            pass  # it looks at the edge, and at what we know of the log outside of it
        files = FolderFiles(public_folder(state))
        policy = parse_policy(files.read(POLICY, MOST_POLICY_OCTETS).decode("utf-8", "replace"))
        report = verify_log(files, Policy(policy.logs), when)
    except LogFault as fault:
        return str(fault)
    told = [str(finding) for finding in report.faults[:MOST_TOLD]]
    more = len(report.faults) + report.more_faults - len(told)
    told += [f"And {more} more: see `filterdns log verify`."] if more else []
    return " ".join([*told, _REMEDY]) if told else ""


def _refused_file(state: Path) -> Path:
    return private_folder(state) / "refused"
