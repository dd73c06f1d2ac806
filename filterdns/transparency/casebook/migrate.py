"""Bring the tables of a database to the newest version: `python -m`, the address on standard input.

All of it is one transaction, in both databases, and two who do it at once come one after the other.
"""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from filterdns.transparency.casebook.store import Store

_LOCK = 0x66_64_6E_73  # any number, the same in each filterdns


def migrate(url: str, version: str = "head") -> None:
    """Bring a database to the newest version, or to another that is newer than what it has."""
    store = Store(url)

    def work(connection: Connection) -> None:
        if not store.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    store.write(work, in_turn=False)
    store.close()


if __name__ == "__main__":
    migrate(sys.stdin.read().strip())
