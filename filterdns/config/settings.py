"""The configuration as the program uses it: plain frozen dataclasses, already checked.

`loader` makes them from YAML in a child process, so that workers import neither yaml nor pydantic.  Every limit has its
default, its unit in the name and its reason beside it.  Names are canonical wire form (`names.parse_name`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

EASY_NAME = "filter.home.arpa"  # of our own pages on every network: answered by our own resolver (RFC 8375)


class Action(Enum):
    """What a profile does with a category (requirements section 3: B, S, O, C, A)."""

    FILTER = "filter"
    TIME = "time"  # allowed only inside the profile's windows
    COUNT = "count"  # told, never filtered
    CANARY = "canary"  # only browsers' and devices' canaries are answered
    ALLOW = "allow"


class Role(Enum):
    """What an installation is there for besides filtering."""

    HOME = "home"
    PUBLISHER = "publisher"  # keeps lists for others, with a log and a public site


class Answer(Enum):
    """The kind of a filtered answer."""

    NXDOMAIN = "nxdomain"
    NULL = "null"
    REFUSED = "refused"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Address:
    """An address and a port; `host` is a literal IPv4 or IPv6 address, `interface` the scope of a link-local one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UpstreamServer:
    """A resolver that we forward to. `trusted_ad`: its AD bit may reach our clients (RFC 4035 section 4.9.3)."""

    address: Address
    trusted_ad: bool = False


@dataclass(frozen=True, slots=True)
class ForwardedZone:
    """Names at or below `zone` are asked of these servers; private addresses are believed there."""

    zone: bytes
    servers: tuple[UpstreamServer, ...]


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record of the household's own: A, AAAA, CNAME or PTR. `rdata`: wire form (a canonical name for CNAME, PTR)."""

    owner: bytes
    rtype: int
    rdata: bytes
    ttl_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which TIME categories are allowed: days 0 (Monday) to 6, minutes of the local day, end exclusive."""

    days: frozenset[int]
    begin_minute: int
    end_minute: int  # up to 1440


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """One profile: which categories it filters and how a filtered name is answered."""

    id: str
    actions: dict[str, Action] = field(default_factory=dict)  # category id -> action; absent means ALLOW
    windows: tuple[Window, ...] = ()
    timezone: str = "UTC"
    allow: tuple[bytes, ...] = ()  # the household's own rules, each with its subdomains
    deny: tuple[bytes, ...] = ()
    answer: Answer = Answer.NXDOMAIN
    canaries: bool = True  # browsers and devices are asked to stay on the network's DNS


@dataclass(frozen=True, slots=True)
class ClientNetwork:
    """Clients of this network belong to this profile; the longest prefix wins."""

    network: str  # CIDR
    profile: str


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """RFC 7766 section 6: limits of plain TCP."""

    connections: int = 512  # in all; a school's worth of devices, 64 KiB of buffers each at the worst
    connections_a_client: int = 64  # a router speaks for a household
    in_flight: int = 64  # queries of one connection that wait for an upstream
    unsent_octets: int = 65_536  # answers a client does not read; then we stop reading its queries
    message_seconds: float = 2.0  # from a message's first octet to its last
    idle_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Queries a second; a router that speaks for 800 pupils asks about 2,000 (requirements J2)."""

    client_queries_a_second: int = 5_000
    client_burst: int = 10_000
    prefix_queries_a_second: int = 20_000  # /24 and /56
    prefix_burst: int = 40_000
    clients_remembered: int = 16_384  # about 200 octets each


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """The cache of one worker."""

    octets: int = 32 * 1024 * 1024  # keys, objects and table slots counted
    negative_share: float = 0.25  # random names must not push out what people use
    least_ttl_seconds: int = 0
    most_ttl_seconds: int = 86_400
    most_negative_ttl_seconds: int = 3_600  # RFC 2308 section 5 proposes one to three hours
    failure_seconds: int = 5  # RFC 9520 section 3.2: at least 1, at most 300
    stale_seconds: int = 86_400  # RFC 8767 section 5
    stale_ttl_seconds: int = 30


@dataclass(frozen=True, slots=True)
class ForwardLimits:
    """The forwarder of one worker."""

    sockets: int = 64  # random source ports at any time
    queries_a_socket: int = 500
    socket_seconds: float = 10.0
    mismatches: int = 10  # wrong replies to one query; then it goes over TCP
    in_flight: int = 2_000  # misses in all
    in_flight_a_client: int = 200  # a tenth of them
    in_flight_a_domain: int = 200  # per registrable domain: a random-subdomain attack
    waiters: int = 64  # equal queries that wait for one answer
    attempt_seconds: float = 0.8  # before another upstream is asked
    total_seconds: float = 4.0  # stub resolvers give up at 5


@dataclass(frozen=True, slots=True)
class ListsSettings:
    """How the lists are kept. `update`: whether those of others are fetched from where they live."""

    update: bool = True


KINDS = frozenset({"listings", "allow", "protected", "holds", "sources", "revocations"})
"""The kinds of a publisher's decisions."""


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """Whose decisions are taken, and which. `url`: where its log is; `vkey`: the key of that log (C2SP signed-note)."""

    url: str
    vkey: str
    categories: frozenset[str] = frozenset()  # it is trusted for; empty: for all
    kinds: frozenset[str] = KINDS


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who carries answers to those who left an address. `tls`: from the first octet; else STARTTLS if offered."""

    server: Address
    sender: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Where a publisher answers appeals. Empty: what lies in the state folder, no work tree, no mail, no contact."""

    database: str = ""  # an SQLAlchemy URL; SQLite in the state folder without
    worktree: str = ""  # a git tree with a `lists` folder in which each decision is committed too
    contact: str = ""  # shown to people: an address of web or mail
    mail: MailSettings | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a running filterdns was told."""

    dns: tuple[Address, ...] = (Address("127.0.0.1", 1053), Address("::1", 1053))
    pages: Address | None = Address("127.0.0.1", 8053)
    metrics: Address | None = Address("127.0.0.1", 9053)
    public_url: str = "http://127.0.0.1:8053"  # where `/why/NAME` can be read by the people behind this resolver
    page_addresses: tuple[str, ...] = ("127.0.0.1",)  # addresses of our own pages: `page` answers and filter.home.arpa
    workers: int = 1
    upstreams: tuple[UpstreamServer, ...] = ()  # empty: the system's resolvers minus our own addresses
    forwarded_zones: tuple[ForwardedZone, ...] = ()
    own_records: tuple[OwnRecord, ...] = ()
    rebinding_exceptions: tuple[bytes, ...] = ()  # zones that may answer with private addresses
    allowed_networks: tuple[str, ...] = ()  # empty: loopback, link-local, private, unique-local and on-link
    open_resolver: bool = False  # the explicit word for answering everybody
    school: bool = False  # metrics by profile and category, hidden below ten devices
    profiles: tuple[ProfileSettings, ...] = ()
    default_profile: str = ""
    clients: tuple[ClientNetwork, ...] = ()
    lists: ListsSettings = ListsSettings()
    role: Role = Role.HOME
    publisher: PublisherSettings | None = None  # None: the decisions that come with the program
    desk: DeskSettings = DeskSettings()
    require_log: bool = False  # a release or a decision without a proof from a trusted log is refused
    log_policy_file: str = (
        ""  # tlog-policy (C2SP) of what is trusted; empty: the publisher's key, or that of the own log
    )
    restricted_names_file: str = ""  # an authority's closed list: read by the resolver alone
    edns_octets: int = 1_232  # largest answer over UDP (DNS flag day 2020)
    udp_receive_octets: int = 4 * 1024 * 1024  # absorbs a burst of 800 pupils while a worker is busy
    tcp: TcpLimits = TcpLimits()
    rates: RateLimits = RateLimits()
    cache: CacheLimits = CacheLimits()
    forward: ForwardLimits = ForwardLimits()
