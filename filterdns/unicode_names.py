"""Names as people write them, to A-labels and back (IDNA 2008 with the mapping of UTS 46, and a lenient way).

Real lists hold names that IDNA refuses, such as emoji or labels of an older standard, and such names do resolve: they
are taken as the plain Punycode (RFC 3492) of their normalised lower-case form.
"""

from __future__ import annotations

import unicodedata

import idna

from filterdns.errors import NameFault
from filterdns.names import parse_name

TABLES = f"idna {idna.__version__}, Unicode {unicodedata.unidata_version}"  # what mappings may depend on

_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})  # RFC 3490 section 3.1: read as full stops


def parse_unicode_name(name: str) -> bytes:
    """Canonical wire form of a name in any script; raises NameFault as `names.parse_name` does."""
    return parse_name(to_ascii(name))


def to_ascii(name: str) -> str:
    """A name in A-labels; ASCII names pass as they are. Raises NameFault for a label that no way can encode."""
    if name.isascii():
        return name
    return ".".join(_ascii_label(label) for label in name.translate(_DOTS).split("."))


def to_unicode(name: str) -> str:
    """A name as people read it; a label that is not proper IDNA stays in its A-label, so that nothing deceives."""
    return ".".join(_unicode_label(label) for label in name.split("."))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except UnicodeError:  # idna's errors are of this kind
        return _plain_punycode(label)


def _plain_punycode(label: str) -> str:
    try:
        plain = idna.uts46_remap(label, std3_rules=False)  # without what only says how to draw, as after an emoji
    except UnicodeError:
        plain = unicodedata.normalize("NFC", label.lower())
    if not plain or any(character.isspace() or unicodedata.category(character) in _NO_NAME for character in plain):
        raise NameFault(f"{label!r}: expected a label without spaces and invisible characters")
    return plain if plain.isascii() else "xn--" + plain.encode("punycode").decode("ascii")


_NO_NAME = {"Cc", "Cs", "Zl", "Zp", "Zs"}


def _unicode_label(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except UnicodeError:
        return label
