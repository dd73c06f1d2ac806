"""Names in order, cut into shelves: each small enough to be worked on in memory.

A million names at once would need a few hundred MiB; a shelf at a time the build stays small on a machine that resolves
meanwhile.  The cuts are the same for every list and every release, so that what lies on a shelf can be found in all of
them.  They were chosen such that the names of real lists spread evenly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

BOUNDS = tuple(
    b"19 28 4c 7 96 act adb adv all an ann ari aw bb bets blas bro ca casinoi cew cli cont cu data. di dot ec ep ex fe "
    b"fly freeu gam gh goo gu heo hot ic ine ir je k ko le lm lu mar me mil ml mu nat nk oc onw pa ph pk por pr proxyd "
    b"qu red ro sa sec sexf sh slo som sso stats.l sup ta telegv ti tr tu uni v vie vx wg wv www.as www.cr www.fz "
    b"www.k www.n www.r www.t www.y xq yo".split()
)
"""The least name of each shelf but the first."""

SHELVES = len(BOUNDS) + 1


def shelf_of(name: bytes) -> int:
    """The shelf of a canonical name in text, `b"www.example.com"`."""
    return bisect_right(BOUNDS, name)


def cut(names: Sequence[bytes]) -> list[int]:
    """Where each shelf begins among these names, which are in order, and where the last one ends."""
    return [0, *(bisect_left(names, bound) for bound in BOUNDS), len(names)]


Span = tuple[bytes, bytes]
"""From the first name on, up to the second and without it; an empty second has no end."""

WHOLE: Span = (b"", b"")


def within(names: Iterable[bytes], span: Span) -> list[bytes]:
    """Those of these names that lie in a span."""
    first, end = span
    return [name for name in names if first <= name and (not end or name < end)]


def split_shelf(text: bytes) -> list[bytes]:
    """The names of a shelf that were joined with line feeds."""
    return text.split(b"\n") if text else []
