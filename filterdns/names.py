"""Domain names: presentation form <-> canonical wire form, and their suffixes.

`name: str` is presentation form in A-labels without the final dot; `qname: bytes` is canonical wire form: lower case,
uncompressed, with the root label (RFC 4034 section 6.2).  Names in U-labels go through `unicode_names` first.
"""

from __future__ import annotations

from filterdns.errors import NameFault

MAX_NAME_OCTETS = 255  # RFC 1035 section 2.3.4
MAX_LABEL_OCTETS = 63
ROOT = b"\0"

# Octets that presentation form escapes: what is neither printable ASCII nor safe in a zone file (RFC 1035 section 5.1).
_PLAIN = frozenset(range(0x21, 0x7F)) - frozenset(b'."\\();@$')
_PLAIN_OCTETS = bytes(sorted(_PLAIN))


def parse_name(name: str) -> bytes:
    """Canonical wire form of an ASCII name; a final dot is optional, `\\DDD` and `\\X` escapes are read.

    Raises NameFault for an empty label, a label over 63 or a name over 255 octets, or an octet that is not ASCII.
    """
    if name in (".", ""):
        return ROOT
    labels = _unescape(name) if "\\" in name else name.removesuffix(".").split(".")
    wire = bytearray()
    for label in labels:
        try:
            octets = label.encode("ascii" if "\\" not in name else "latin-1")
        except UnicodeEncodeError as error:
            raise NameFault(f"{name!r}: expected ASCII, got {label!r}") from error
        if not 1 <= len(octets) <= MAX_LABEL_OCTETS:
            raise NameFault(f"{name!r}: expected labels of 1 to 63 octets, got one of {len(octets)}")
        wire.append(len(octets))
        wire += octets.lower()
    wire.append(0)
    if len(wire) > MAX_NAME_OCTETS:
        raise NameFault(f"{name!r}: expected at most 255 octets, got {len(wire)}")
    return bytes(wire)


def _unescape(name: str) -> list[str]:
    """Labels of a name with escapes, each octet as one character of Latin-1."""
    labels, label, at = [], "", 0
    while at < len(name):
        character = name[at]
        if character == "\\":
            digits = name[at + 1 : at + 4]
            if len(digits) == 3 and digits.isascii() and digits.isdigit() and int(digits) < 256:
                label, at = label + chr(int(digits)), at + 4
                continue
            if at + 1 >= len(name):
                raise NameFault(f"{name!r}: expected a character after the backslash")
            label, at = label + name[at + 1], at + 2
            continue
        at += 1
        if character == ".":
            labels.append(label)
            label = ""
        else:
            label += character
    return [*labels, label] if label else labels


def name_text(qname: bytes) -> str:
    """Presentation form of a wire name, without the final dot; the root is `.`."""
    labels, at = [], 0
    while length := qname[at]:
        octets = qname[at + 1 : at + 1 + length]
        if octets.translate(None, _PLAIN_OCTETS):
            labels.append("".join(chr(o) if o in _PLAIN else f"\\{o:03d}" for o in octets))
        else:  # as almost all are, in a tenth of the time
            labels.append(octets.decode("ascii"))
        at += length + 1
    return ".".join(labels) or "."


def label_offsets(qname: bytes) -> list[int]:
    """Where each label of a wire name begins, the root left out: [0, 4, 12] for www.example.org."""
    offsets, at = [], 0
    while length := qname[at]:
        offsets.append(at)
        at += length + 1
    return offsets


def is_at_or_below(qname: bytes, zone: bytes) -> bool:
    """Whether a canonical name equals the zone or lies below it."""
    if not qname.endswith(zone):
        return False
    return zone == ROOT or len(qname) == len(zone) or len(qname) - len(zone) in label_offsets(qname)
