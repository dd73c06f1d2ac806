"""Where the state folder is unless it is named: light, since `serve` needs it too."""

from __future__ import annotations

import os
from pathlib import Path


def default_state() -> Path:
    """`filterdns` in the user's XDG state folder (XDG Base Directory Specification 0.8)."""
    base = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return folder / "filterdns"
