"""Where on this site people disagree, ask how their case stands, and suggest a site."""

from __future__ import annotations

from urllib.parse import quote

APPEAL = "/appeal"
STATUS = "/appeal/status"
SUGGEST = "/suggest"


def appeal_path(name: str) -> str:
    """The path of the form about a name in A-labels."""
    return f"{APPEAL}/{quote(name, safe='.-_')}"
