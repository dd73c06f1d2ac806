"""Shared hosts: an import of exactly a name that many strangers share is refused; a name below it is one stranger's."""

from __future__ import annotations

from collections.abc import Set

RULE = "shared_host"
WORDS = "many strangers share it"


def refused(names: Set[bytes], hosts: Set[bytes]) -> set[bytes]:
    """Those of these imported names that are shared hosts."""
    return set(names & hosts)
