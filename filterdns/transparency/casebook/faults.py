"""What a casebook refuses."""

from __future__ import annotations

from filterdns.transparency.appeals.case import CaseFault


class Changed(CaseFault):
    """Somebody else was first: the case is not what it was when it was read."""


class Missing(CaseFault):
    """There is no such case."""
