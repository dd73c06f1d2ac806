"""Names that are answered here and never forwarded, unless the configuration forwards them.

RFC 6761 (localhost, test, invalid), RFC 7686 (onion), RFC 6762 (local), RFC 8375 (home.arpa), RFC 9476 (alt), RFC 6303
(reverse zones of private addresses), RFC 9462 (resolver.arpa), and the canaries by which browsers and devices ask
whether to stay on the network's own DNS.
"""

from __future__ import annotations

from filterdns.config.settings import EASY_NAME
from filterdns.names import label_offsets, parse_name

LOCALHOST = parse_name("localhost")
FILTERDNS_TEST = parse_name("filterdns.test")
FILTER_PAGES = parse_name(EASY_NAME)
RESOLVER_ARPA = parse_name("resolver.arpa")

CANARIES = frozenset(
    map(
        parse_name,
        (
            "use-application-dns.net",
            "mask.icloud.com",
            "mask-h2.icloud.com",
            "dns-tunnel-check.googlezip.net",
        ),
    )
)

_PRIVATE_REVERSE = (
    ["10.in-addr.arpa", "168.192.in-addr.arpa", "254.169.in-addr.arpa", "127.in-addr.arpa", "0.in-addr.arpa"]
    + [f"{number}.172.in-addr.arpa" for number in range(16, 32)]
    + [f"{number}.100.in-addr.arpa" for number in range(64, 128)]  # RFC 7793
    + ["2.0.192.in-addr.arpa", "100.51.198.in-addr.arpa", "113.0.203.in-addr.arpa", "255.255.255.255.in-addr.arpa"]
    + ["0." * 32 + "ip6.arpa", "1." + "0." * 31 + "ip6.arpa", "d.f.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa"]
    + [f"{digit}.e.f.ip6.arpa" for digit in "89ab"]
)

LOCAL_ZONES = frozenset(
    map(parse_name, ["localhost", "test", "invalid", "onion", "local", "alt", "home.arpa", "resolver.arpa"])
) | frozenset(map(parse_name, _PRIVATE_REVERSE))


def top_label(qname: bytes) -> bytes:
    """The last label of a name with its root, `\\x03org\\0`; the root itself for the root."""
    offsets = label_offsets(qname)
    return qname[offsets[-1] :] if offsets else qname


LOCAL_TOP_LABELS = frozenset(map(top_label, LOCAL_ZONES))
"""Only below these can a name be local: the pipeline looks at the top label first."""
