"""Whether what reviewers signed is signed by them: events of the casebook, and approvals that lists have from them.

An approval in a list is of an event: what was signed follows from the event and the one before it (`signed`), so a list
alone cannot show it, and the casebook can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from filterdns.errors import LogFault
from filterdns.tlog.note import DASH, parse_signatures, parse_vkey
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.desk.signed import SIG, action_text, check_action

VkeyOf = Callable[[str], str]
"""The key that is registered for a pseudonym; "" if there is none."""


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature. `fault`: why it is none, in words; `is_known`: the key that made it is registered."""

    event: Event
    sig: str
    is_known: bool
    fault: str = ""


def signatures_of(history: Sequence[Event], vkey_of: VkeyOf) -> Iterator[Signed]:
    """Those of a case's events, in order."""
    for before, event in pairwise(history):
        sig = event.data.get(SIG)
        if sig:
            yield _judged(before, event, str(sig), vkey_of(event.by))


def strange_approvals(
    approvals: Iterable[Mapping[str, str]], name: str, category: str, known: frozenset[tuple[str, str]]
) -> Iterator[str]:
    """Signed approvals of a listing that nobody gave, in words. `known`: (pseudonym, signature)."""
    for each in approvals:
        if each.get(SIG) and (each["by"], each[SIG]) not in known:
            yield f"{name} ({category}): the signature of {each['by']} is of no approval in the casebook"


def _judged(before: Event, event: Event, sig: str, vkey: str) -> Signed:
    where = f"case {event.case}, event {event.number}"
    try:
        (made,) = parse_signatures(f"{DASH}{sig}\n")
        if not vkey or made.key_id != parse_vkey(vkey).key_id:
            return Signed(event, sig, is_known=False)  # a key that was replaced, or went with its owner
        text = action_text(event.case, before.number, event.data, event.at.date().isoformat())
        check_action(vkey, text, sig)
    except (LogFault, ValueError) as fault:
        return Signed(event, sig, is_known=True, fault=f"{where}: the signature of {event.by} is none: {fault}")
    return Signed(event, sig, is_known=True)
