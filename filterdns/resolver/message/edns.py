"""Hot path. The OPT record (RFC 6891): what a client's says, and ours in the answer.

root  TYPE=41  CLASS=our UDP size  TTL: ext. RCODE | version | DO Z...  RDLENGTH  { code, length, octets }*
  0    1..2         3..4                5..6..7..8                       9..10     11...
"""

from __future__ import annotations

from struct import Struct

from filterdns.errors import WireFault
from filterdns.resolver.message.layout import COOKIE, EDE, OPT, U16, UDP_OCTETS

OPT_FIXED = Struct("!BHHBBHH")  # root, TYPE, CLASS (size), extended RCODE, version, flags, RDLENGTH
OPTION = Struct("!HH")
EXTENDED_ERROR = Struct("!HHH")  # option code, option length, INFO-CODE
DO = 0x8000
OUR_OCTETS = 1232  # DNS flag day 2020
MOST_EDE_TEXT_OCTETS = 120


class Edns:
    """What a query said of EDNS. One object serves every query with the same OPT octets: never changed."""

    __slots__ = ("cookie", "do", "octets", "present", "reply", "variant", "version")

    def __init__(self, present: bool, octets: int, do: bool, version: int, cookie: bool) -> None:
        self.present = present
        self.octets = octets  # largest answer over UDP
        self.do = do
        self.variant = 2 if do else 0  # answers with and without DNSSEC records are kept apart
        self.version = version
        self.cookie = cookie
        self.reply = write_opt(do) if present else b""  # our OPT without options


def write_opt(do: bool, options: bytes = b"", extended_rcode: int = 0) -> bytes:
    """Our OPT record; the DO bit is copied from the query (RFC 3225 section 3)."""
    return OPT_FIXED.pack(0, OPT, OUR_OCTETS, extended_rcode, 0, DO if do else 0, len(options)) + options


def write_ede(code: int, text: bytes = b"") -> bytes:
    """One Extended DNS Error option (RFC 8914 section 2); the text is cut at 120 octets, never inside a character."""
    if len(text) > MOST_EDE_TEXT_OCTETS:
        text = text[:MOST_EDE_TEXT_OCTETS].decode("utf-8", "ignore").encode()
    return EXTENDED_ERROR.pack(EDE, 2 + len(text), code) + text


NO_EDNS = Edns(False, UDP_OCTETS, False, 0, False)


def read_opt(octets: bytes, most_octets: int) -> Edns:
    """Read an OPT record that fills `octets`. Sizes are kept between 512 and `most_octets` (RFC 6891 section 6.2.3).

    Raises WireFault for another type, a name that is not the root, or options that do not fit.
    """
    if len(octets) < OPT_FIXED.size:
        raise WireFault("OPT is cut short")
    root, rtype, size, _, version, flags, length = OPT_FIXED.unpack_from(octets)
    if root or rtype != OPT or len(octets) != OPT_FIXED.size + length:
        raise WireFault("not an OPT record")
    at, cookie = OPT_FIXED.size, False
    while at < len(octets):
        if at + 4 > len(octets):
            raise WireFault("an option is cut short")
        code, size_of_option = OPTION.unpack_from(octets, at)
        cookie = cookie or code == COOKIE
        at += 4 + size_of_option
    if at != len(octets):
        raise WireFault("an option is longer than its record")
    return Edns(True, max(UDP_OCTETS, min(size, most_octets)), bool(flags & DO), version, cookie)


def opt_length(octets: bytes, at: int) -> int:
    """How many octets the OPT record at `at` takes, by its RDLENGTH; raises WireFault when it is cut short."""
    if at + OPT_FIXED.size > len(octets):
        raise WireFault("OPT is cut short")
    return OPT_FIXED.size + int(U16.unpack_from(octets, at + 9)[0])
