"""The short way: names of a text in which every line looks the same, proved for all lines at once.

Lists have millions of lines, and a microsecond a line is two seconds. A text of a few hundred lines is taken apart by a
dozen operations on octets instead, and what proves that each line is a canonical name works on kinds of octets:

    text      0.0.0.0 a1.example\\n0.0.0.0 b-2.example\\n       before = "0.0.0.0 ", after = ""
    joined    \\na1.example\\nb-2.example\\n
    kinds     \\n l 1 . l l l l l l l \\n l - 1 . l ...           one octet each, see _KINDS; l is 0

Which octet may not follow which is asked of all octets at once. Each kind has bits 0 to 3 for what it is to its right
neighbour and bits 4 to 7 for what it is to its left one; a pair that is not allowed shares one. The text of kinds is
read as one number: shifted right by four, what an octet is to its right neighbour lies upon what that is to its left.

    an edge (dot, line feed), then an edge or a hyphen       a label that is empty or begins with a hyphen
    a hyphen, then an edge                                   a label that ends with a hyphen
    a digit, then a line feed                                perhaps an address

What cannot be proved here is no fault: the caller goes line by line (`walk`), and `name.find_name` judges. Whatever
this way takes, that way takes too, as the same name.
"""

from __future__ import annotations

import re
import string

from filterdns.lists.parse.name import MOST_LABEL_OCTETS, MOST_NAME_OCTETS

MOST_AFFIX_OCTETS = 200  # what stands before and after names; a line of it and a name is no overlong line

_LETTER, _DIGIT, _HYPHEN, _DOT, _LINE_FEED = 0x00, 0x04, 0x12, 0x31, 0x71
_UPPER, _OTHER = b"\x08", b"\x80"


def _kinds() -> bytes:
    kinds = bytearray(_OTHER * 256)
    for octets, kind in (
        (string.ascii_lowercase + "_", _LETTER),
        (string.ascii_uppercase, _UPPER[0]),
        (string.digits, _DIGIT),
        ("-", _HYPHEN),
        (".", _DOT),
        ("\n", _LINE_FEED),
    ):
        for octet in octets.encode():
            kinds[octet] = kind
    return bytes(kinds)


_KINDS = _kinds()
_INSIDE_LABELS = bytes((_LETTER, _DIGIT, _HYPHEN))
_TWO_LINE_FEEDS = bytes((_LINE_FEED, _LINE_FEED))
_MASK_OCTETS = 32_768  # longer than a block
_LEFT_BITS = int.from_bytes(b"\xf0" * _MASK_OCTETS, "big")

_find_underscore_in_last_label = re.compile(rb"_[^.\n]*\n").search


def get_names(text: bytes, before: bytes = b"", after: bytes = b"") -> list[bytes] | None:
    """The canonical names of a text whose every line is `before`, a name in any case, `after`; None for another text.

    The text is not empty and ends with a line feed; one longer than two blocks is not taken.
    """
    if len(text) >= _MASK_OCTETS or not text.startswith(before) or not text.endswith(after + b"\n"):
        return None
    around = len(before) + len(after)
    if not MOST_AFFIX_OCTETS >= around < len(text):
        return None
    names = text[len(before) : len(text) - len(after) - 1].split(after + b"\n" + before)
    if around:
        joined = b"\n%b\n" % b"\n".join(names)
        if joined.count(b"\n") != len(names) + 1:  # a line that is not so hides in a name
            return None
    else:
        joined = b"\n" + text
    kinds = joined.translate(_KINDS)
    if _OTHER in kinds:
        return None
    if _UPPER in kinds:
        joined = joined.lower()
        kinds = joined.translate(_KINDS)
        names = joined[1:-1].split(b"\n")
    number = int.from_bytes(kinds, "big")
    if number & (number >> 4) & _LEFT_BITS:
        return None
    if _TWO_LINE_FEEDS in kinds.translate(None, _INSIDE_LABELS):  # a name of one label
        return None
    if b"_" in joined and _find_underscore_in_last_label(joined):
        return None
    return names if max(map(len, names)) <= MOST_LABEL_OCTETS or _are_short(names) else None


def _are_short(names: list[bytes]) -> bool:
    """Whether labels and names keep to their limits."""
    for name in names:
        if len(name) > MOST_LABEL_OCTETS and (
            len(name) > MOST_NAME_OCTETS or max(map(len, name.split(b"."))) > MOST_LABEL_OCTETS
        ):
            return False
    return True
