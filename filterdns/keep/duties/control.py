"""Whether the proofs of control that appellants offer are where they said. Asked for by hand, looked for once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from filterdns.transparency.appeals import control
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.controls import Control

MOST_AT_ONCE = 20  # of one round: each may take half a minute, and other duties wait
FORGET = timedelta(days=30)  # after the end of a case, as with mail

AskTxt = Callable[[str], list[bytes]]
AskFile = Callable[[str, int], bytes]


def look_for_proofs(book: Casebook, when: datetime, ask_txt: AskTxt, ask_file: AskFile) -> int:
    """Look for those that wait, and forget old ones; how many were found.

    `ask_txt`: the TXT records of a name; `ask_file`: the first so many octets at an address.  Both give nothing where
    there is nothing.
    """
    found = 0
    for each in book.controls.waiting(MOST_AT_ONCE):
        is_there = is_proven(each, ask_txt, ask_file)
        book.controls.tried(each.receipt, when, found=is_there)
        found += is_there
    book.controls.forget(when - FORGET)
    return found


def is_proven(each: Control, ask_txt: AskTxt, ask_file: AskFile) -> bool:
    """Whether a token stands in the DNS or in the file."""
    if control.is_in_records(each.token, ask_txt(control.record_name(each.name))):
        return True
    return control.is_in_file(each.token, ask_file(control.file_address(each.name), control.MOST_FILE_OCTETS))
