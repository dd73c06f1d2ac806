"""Where on this site a name's page is."""

from __future__ import annotations

from urllib.parse import quote


def why_path(name: str) -> str:
    """The path of the page of a name in A-labels."""
    return f"/why/{quote(name, safe='.-_')}"
