"""Sizes in words, for faults and progress."""

from __future__ import annotations


def octets_words(octets: int) -> str:
    """An amount as people say it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if octets >= size:
            return f"{octets / size:.3g} {unit}"
    return f"{octets} octets"
