"""Popular parents: an import of exactly such a name waits for a person, but in the categories it is known for.

`google.com` in a list of adult sites is a mistake, or somebody's joke, and half a country notices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

RULE = "popular"
WORDS = "much used; it waits for a person"


def quarantined(category: str, names: Set[bytes], approved: Mapping[bytes, Collection[str]]) -> set[bytes]:
    """Those of these imported names that wait; `approved`: popular name -> the categories it may be imported for."""
    return {name for name in names & approved.keys() if category not in approved[name]}
