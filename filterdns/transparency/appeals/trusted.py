"""Suffixes below which not everybody gets a name: somebody checks that it is an office, a school, a health service.

A name there is no proof of anything; it is enough to open a listing that no person has checked, until one looks.
"""

from __future__ import annotations

# Top-level domains with eligibility rules, and second-level ones of countries that keep them for such bodies.
ACCREDITED_TOP = frozenset({"gov", "edu", "int", "museum"})
ACCREDITED_SECOND = frozenset(
    {"gov", "govt", "gob", "gouv", "go", "gub", "edu", "ac", "sch", "school", "nhs", "health"}
)
_COUNTRY_LETTERS = 2
_OWN_KIND = frozenset({"gc.ca", "police.uk", "admin.ch"})


def is_accredited(name: str) -> bool:
    """Whether a name (in A-labels, lower case) lies below such a suffix; the suffix itself is nobody's."""
    labels = name.split(".")
    top, second = labels[-1], labels[-2] if len(labels) > 1 else ""
    if ".".join(labels[-2:]) in _OWN_KIND:
        return len(labels) > 2
    if top in ACCREDITED_TOP:
        return len(labels) > 1
    return len(labels) > 2 and len(top) == _COUNTRY_LETTERS and second in ACCREDITED_SECOND
