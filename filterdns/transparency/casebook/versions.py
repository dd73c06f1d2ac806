"""Which version of the tables a database has, and how it comes to the newest: in a process that ends again.

Alembic takes 12 MiB that nobody needs once the tables are there, so that whoever opens a casebook reads one row, and
only if it says another version a child is started, which imports Alembic and is gone when the tables are right.
"""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import Column, MetaData, String, Table, inspect, select

from filterdns.errors import StateFault
from filterdns.transparency.casebook.store import Store

REVISIONS = ("0001", "0002", "0003")  # of migrations/versions, in order
_MIGRATE = "filterdns.transparency.casebook.migrate"
_LONGEST_SECONDS = 3_600  # a large casebook on a slow disk; a new one takes one

_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def version_of(store: Store) -> str:
    """The version of a database's tables; empty if it has none yet. Raises StateFault."""
    with store.reading() as connection:
        if not inspect(connection).has_table(_version.name):
            return ""
        return connection.scalar(select(_version.c.version_num)) or ""


def bring_up_to_date(store: Store) -> None:
    """Make the tables what this program needs. Raises StateFault, also for those of a newer program."""
    version = version_of(store)
    if version == REVISIONS[-1]:
        return
    if version and version not in REVISIONS:
        raise StateFault(
            f"{store}: expected tables of version {REVISIONS[-1]} or before, got {version}; "
            "a newer filterdns has changed them, and this one would damage them"
        )
    child = subprocess.run(
        [sys.executable, "-P", "-m", _MIGRATE],  # -P: not what lies in the folder that somebody stands in
        input=store.url.render_as_string(hide_password=False),  # not an argument: others could read it
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    if child.returncode:
        last = child.stderr.strip().splitlines()[-1:] or [f"status {child.returncode}"]
        raise StateFault(f"{store}: its tables could not be made: {last[0]}")
