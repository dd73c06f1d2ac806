"""Where the lists are that all builds begin with: those that come with the program, or a publisher's in their place.

STATE/publisher/current            which of the folders below is in use (`Base`)
STATE/publisher/lists/<sha256>/    the shipped lists with what the publisher decided (`log.composed` writes them)
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import filterdns
from filterdns.errors import StateFault
from filterdns.lists.store_file import store_file

_MOST_OCTETS = 4_096


def shipped_folder() -> Path:
    """The shipped lists: in the installed package, or at the top of a clone. Read-only."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_lists"
    return installed if installed.is_dir() else package.parent / "lists"


@dataclass(frozen=True, slots=True)
class Base:
    """The lists that a publisher's decisions were put into. `made_of`: digest of all that went into them."""

    sha256: str
    made_of: str
    tool: str = filterdns.__version__  # the shipped part is that of one version of the program


def publisher_folder(state: Path) -> Path:
    """What a home keeps of the publisher whose decisions it takes."""
    return state / "publisher"


def composed_folder(state: Path, sha256: str) -> Path:
    """Where composed lists of this digest lie."""
    return publisher_folder(state) / "lists" / sha256


def base_folder(state: Path, shipped: Path | None = None) -> Path:
    """The lists that everything here begins with: a publisher's, if there are any that this version made.

    `shipped`: the program's own, if they are not where they are.
    """
    base = get_base(state)
    return shipped or shipped_folder() if base is None else composed_folder(state, base.sha256)


def get_base(state: Path) -> Base | None:
    """What is in use of a publisher; None if nothing is, or it cannot be read, or another version made it."""
    try:
        with _pointer(state).open("rb") as file:
            base = Base(**json.loads(file.read(_MOST_OCTETS)))
    except (OSError, ValueError, TypeError):
        return None
    is_there = isinstance(base.sha256, str) and base.sha256.isalnum() and composed_folder(state, base.sha256).is_dir()
    return base if is_there and base.tool == filterdns.__version__ else None


def store_base(state: Path, base: Base | None) -> None:
    """Begin with these lists from now on, atomically; None: with those of the program. Raises StateFault."""
    path = _pointer(state)
    if base is not None:
        store_file(path, json.dumps(asdict(base)).encode())
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StateFault(f"{path}: expected a file that can be removed, got {error.strerror or error}") from error


def _pointer(state: Path) -> Path:
    return publisher_folder(state) / "current"
