"""What came of fetching a source, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from filterdns.lists.copies import Copy

NEW, UNCHANGED, FAILED, NOT_DUE = "new", "unchanged", "failed", "not_due"
ASKING, RECEIVING, DONE = "asking", "receiving", "done"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One source of one run. `copy` is what is in use after it, None if there never was one."""

    source: str
    result: str  # NEW, UNCHANGED, FAILED or NOT_DUE
    octets: int = 0  # received (or read from this machine) this time
    seconds: float = 0.0  # from its turn to its journal, waiting for other sources of the same host included
    fault: str = ""  # in words a parent can read, as the journal has it; "" unless FAILED
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one source is. `octets` and `total` are those on the way; None where the server does not say."""

    source: str
    stage: str  # ASKING a host, RECEIVING octets, or DONE
    host: str = ""
    octets: int = 0
    total: int | None = None
    result: str = ""  # the outcome's, once DONE


Report = Callable[[Progress], None]
