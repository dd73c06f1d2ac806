"""Where a casebook lies: a file that nobody else may read, or a database elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL

from filterdns.config.settings import DeskSettings
from filterdns.errors import StateFault
from filterdns.transparency.casebook.store import SQLITE, known_url

_FOLDER_MODE = 0o700
FILE_MODE = 0o600


def url_of(state: Path, desk: DeskSettings) -> URL:
    """The database that the settings name; without, SQLite in the state folder. Raises StateFault."""
    if desk.database:
        return known_url(desk.database)
    return URL.create(SQLITE, database=str(state / "desk" / "cases.sqlite"))


def check_place(url: URL) -> None:
    """Raises StateFault if it is a file that is not there."""
    if url.drivername == SQLITE and url.database and not Path(url.database).is_file():
        raise StateFault(
            f"{url.database}: expected a casebook, got none; it is begun when a publisher starts, "
            "and one elsewhere is named by desk.database in the configuration (--config FILE)"
        )


def prepare_place(url: URL) -> None:
    """Make the folder and the file of an SQLite database, for this user alone. Raises StateFault."""
    if url.drivername != SQLITE or not url.database:
        return
    file = Path(url.database)
    try:
        file.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, FILE_MODE))
        file.chmod(FILE_MODE)  # SQLite gives the files beside it the same mode
    except OSError as error:
        raise StateFault(f"{file}: expected a file of our own, got {error.strerror}") from error
