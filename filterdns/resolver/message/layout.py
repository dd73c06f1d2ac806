"""Hot path. Where the octets of a DNS message are (RFC 1035 section 4.1), and the registries' numbers that we use.

 0              2       4        6        8        10       12
+------+-------+-------+--------+--------+--------+--------+---------+--------+-- - -
|  ID  | flags | QDCOUNT ANCOUNT  NSCOUNT  ARCOUNT | QNAME ... QTYPE QCLASS | records
+------+-------+-------+--------+--------+--------+--------+---------+--------+-- - -

flags: QR | OPCODE (4) | AA | TC | RD || RA | Z | AD | CD | RCODE (4)
"""

from __future__ import annotations

from struct import Struct

HEADER_OCTETS = 12
HEADER = Struct("!HHHHHH")  # ID, flags, QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT
COUNTS = Struct("!HHHH")
FIXED = Struct("!HHIH")  # TYPE, CLASS, TTL, RDLENGTH: what follows an owner name
U16 = Struct("!H")
U32 = Struct("!I")

QR, AA, TC, RD = 0x8000, 0x0400, 0x0200, 0x0100
RA, AD, CD = 0x0080, 0x0020, 0x0010
OPCODE_MASK, RCODE_MASK = 0x7800, 0x000F

# RCODEs (RFC 1035 section 4.1.1, RFC 6891 section 9)
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS = 0, 1, 2, 3, 4, 5, 16

# Types (IANA "Resource Record (RR) TYPEs")
A, NS, CNAME, SOA, PTR, HINFO, MX, TXT, AAAA = 1, 2, 5, 6, 12, 13, 15, 16, 28
DNAME, OPT, DS, RRSIG, NSEC, NSEC3, SVCB, HTTPS = 39, 41, 43, 46, 47, 50, 64, 65
IXFR, AXFR, ANY = 251, 252, 255
TKEY, TSIG, MAILB, MAILA = 249, 250, 253, 254

IN = 1

# EDNS options and Extended DNS Errors (RFC 8914 section 4)
COOKIE, EDE = 10, 15
EDE_OTHER, EDE_STALE, EDE_FORGED, EDE_STALE_NXDOMAIN = 0, 3, 4, 19
EDE_BLOCKED, EDE_CENSORED, EDE_FILTERED, EDE_PROHIBITED = 15, 16, 17, 18
EDE_NOT_AUTHORITATIVE, EDE_NO_REACHABLE_AUTHORITY, EDE_NETWORK_ERROR = 20, 22, 23

QUESTION_POINTER = 0xC000 | HEADER_OCTETS  # a compression pointer to the question's name
UDP_OCTETS = 512  # what a client without EDNS takes (RFC 1035 section 4.2.1)
