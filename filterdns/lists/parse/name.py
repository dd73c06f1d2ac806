"""The rule of what a name in a public list is, and what was expected of a word that is none.

A name is canonical text: lower-case A-labels of letters, digits, hyphens and the underscores of service names, two
labels or more, no final dot.  The last label has a letter and no underscore, or it would be an address or no domain.
"""

from __future__ import annotations

import re

from filterdns.errors import NameFault
from filterdns.unicode_names import to_ascii

MOST_NAME_OCTETS = 253  # RFC 1035 section 2.3.4: 255 on the wire, less the first length octet and the root
MOST_LABEL_OCTETS = 63

# No pattern goes back over what it has read: lists are written by strangers.
_LABEL = rb"(?!-)[a-z0-9_-]{1,63}+(?<!-)"
_LAST_LABEL = rb"(?!-)(?=[0-9-]*+[a-z])[a-z0-9-]{1,63}+(?<!-)"
is_plain_name = re.compile(rb"(?!.{%d})(?:" % (MOST_NAME_OCTETS + 1) + _LABEL + rb"\.)++" + _LAST_LABEL).fullmatch

_is_last_label = re.compile(_LAST_LABEL).fullmatch
_is_address = re.compile(rb"[0-9]+(?:\.[0-9]+)+|\[?(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]+(?:%\w+)?\]?").fullmatch
_is_network = re.compile(rb"[0-9a-f.:]+/[0-9]{1,3}").fullmatch
_is_label = re.compile(rb"[.]?[a-z0-9_-]+").fullmatch
_is_of_labels = re.compile(rb"[a-z0-9_.-]+").fullmatch

NOT_A_TOP_LEVEL_DOMAIN = "a name of two labels or more, not a top-level domain"


def find_name(text: bytes) -> bytes:
    """A word as canonical text: any case, a final dot, UTF-8 or Latin-1 are read.

    Raises NameFault, whose message says what was expected, for a word that is no name of two labels or more.
    """
    name = text.lower()
    if name.endswith(b"."):
        name = name[:-1]
    if not name.isascii():
        name = _in_a_labels(name)
    if is_plain_name(name):
        return name
    raise NameFault(_expected(name))


def _in_a_labels(name: bytes) -> bytes:
    try:
        text = name.decode("utf-8").strip()
    except UnicodeDecodeError:
        text = name.decode("latin-1").strip()
    # An A-label is never shorter than its U-label, and Punycode of a long text takes long.
    if len(text) > MOST_NAME_OCTETS or max(map(len, text.split("."))) > MOST_LABEL_OCTETS:
        raise NameFault(_TOO_LONG)
    try:
        plain = to_ascii(text)
    except NameFault:
        plain = text
    if not plain.isascii():
        raise NameFault("a name whose labels IDNA or Punycode can write")
    return plain.removesuffix(".").lower().encode("ascii")


_TOO_LONG = f"labels of at most {MOST_LABEL_OCTETS} octets, names of at most {MOST_NAME_OCTETS}"


def _expected(name: bytes) -> str:
    """What should have stood where this word stands; the word is in lower case and has no final dot."""
    if b"/" in name:
        return "a name, not a network" if _is_network(name) else "a name, not an address of a page"
    if _is_address(name):
        return "a name, not an address"
    if b":" in name:
        return "a name without a port"
    if b"*" in name:
        return "a name without a wildcard"
    if _is_label(name):
        return NOT_A_TOP_LEVEL_DOMAIN
    if len(name) > MOST_NAME_OCTETS or max(map(len, name.split(b"."))) > MOST_LABEL_OCTETS:
        return _TOO_LONG
    if b".." in name or name.startswith(b".") or name.endswith(b".") or not name:
        return "a name without empty labels"
    if not _is_of_labels(name):
        return "a name of letters, digits, hyphens and underscores"
    if not _is_last_label(name.rpartition(b".")[2]):
        return "a name whose last label has letters and no underscore"
    return "labels that neither begin nor end with a hyphen"
