"""Whole messages to start from: what clients and upstreams really send."""

from __future__ import annotations

import dns.flags

from tests.messages import query, reply

NAMES = (
    "www.example.net",
    "example.org",
    "deep.er.casino.example",
    "adult.filterdns.test",
    "_dns.resolver.arpa",
    "localhost",
)


def queries() -> list[bytes]:
    found = [query(name, rtype) for name in NAMES for rtype in ("A", "AAAA", "HTTPS", "ANY", "PTR")]
    found += [query(name, edns=1232, dnssec=True) for name in NAMES]
    found += [query("www.example.net", edns=4096), query("www.example.net", rdclass="CH"), query(".", "NS")]
    found += [query("www.example.net", "AXFR"), query("www.example.net", flags=dns.flags.CD | dns.flags.AD)]
    # A COOKIE, an unknown option and EDNS version 1.
    found.append(query("www.example.net", edns=1232)[:-2] + b"\0\x0c\0\x0a\0\x08" + b"\1" * 8)
    found.append(query("www.example.net", edns=1232)[:-2] + b"\0\x06\xfd\xe9\0\x02\1\2")
    found.append(query("www.example.net", edns=1232)[:-5] + b"\1\0\0\0\0")
    return found


def replies() -> list[bytes]:
    asked = query("www.example.net")
    other = query("www.example.net", "HTTPS", edns=1232, dnssec=True)
    return [
        reply(asked, ["www.example.net. 300 A 192.0.2.1", "www.example.net. 300 A 192.0.2.2"]),
        reply(
            asked,
            ["www.example.net. 60 CNAME cdn.example.org.", "cdn.example.org. 30 A 192.0.2.9"],
            authority=["example.org. 60 NS ns.example.org."],
            additional=["ns.example.org. 60 A 192.0.2.53"],
        ),
        reply(
            asked,
            rcode="NXDOMAIN",
            authority=["example.net. 300 SOA ns.example.net. root.example.net. 1 2 3 4 60"],
        ),
        reply(asked, ["example.net. 60 DNAME example.org.", "www.example.net. 60 CNAME www.example.org."]),
        reply(other, ["www.example.net. 60 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1"]),
        reply(
            other,
            [
                "www.example.net. 60 HTTPS 0 cdn.example.org.",
                "www.example.net. 60 RRSIG HTTPS 13 3 60 20300101000000 20200101000000 1 example.net. AAAA",
            ],
        ),
        reply(asked, rcode="SERVFAIL"),
        reply(asked, flags=dns.flags.TC),
    ]


def seeds() -> list[bytes]:
    return queries() + replies()
