"""An installation and the list server that it asks: served over TLS, fetched, judged, built, and looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from filterdns.clock import Clock, day_number
from filterdns.lists.copies import Journal, load_journal
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network
from filterdns.lists.fetch.outcome import Outcome
from filterdns.lists.release import open_current, verify
from filterdns.lists.update import UpdateReport, update
from filterdns.names import parse_name
from tests.lists.home import Home
from tests.simulators.list_server import ListServer

QUICK = FetchLimits(most_octets=1_000_000, sync_octets=4096, stall_seconds=0.3, connect_seconds=2.0, total_seconds=5.0)

_RPZ_HEAD = "$TTL 60\n@ SOA localhost. root.localhost. 1 60 60 60 60\n@ NS localhost.\n"

FORMATS: dict[str, tuple[str, str]] = {  # head, and what stands for each name
    "domains": ("# names, a line each\n", "{}\n"),
    "hosts": ("127.0.0.1 localhost\n", "0.0.0.0 {}\n"),
    "wildcard": ("# with what lies below\n", "*.{}\n"),
    "adblock": ("[Adblock Plus]\n! a list\n", "||{}^\n"),
    "dnsmasq": ("# for dnsmasq\n", "local=/{}/\n"),
    "unbound": ("server:\n", 'local-zone: "{}." always_nxdomain\n'),
    "rpz": (_RPZ_HEAD, "{0} CNAME .\n*.{0} CNAME .\n"),
}


@dataclass(frozen=True)
class Public:
    """A public list: its identifier says whose names they are, `casino-0.example` and on."""

    id: str
    category: str
    format: str
    count: int
    keeper: str = "A keeper"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.id}.txt"

    def names(self, count: int = 0, first: int = 0) -> list[str]:
        return [f"{self.id}-{number}.example" for number in range(first, first + (count or self.count))]

    def text(self, names: Iterable[str]) -> str:
        head, line = FORMATS[self.format]
        return head + "".join(map(line.format, names))


CASINO = Public("casino", "gambling", "domains", 2000)
BETS = Public("bets", "gambling", "hosts", 400)
NUDE = Public("nude", "adult", "wildcard", 1000)
ADS = Public("ads", "trackers", "adblock", 800)
SHARE = Public("share", "p2p", "dnsmasq", 300)
BAD = Public("bad", "malware", "unbound", 600)
PHISH = Public("phish", "phishing", "rpz", 500)
GAMES = Public("games", "games", "hosts", 300)
ALL = (CASINO, BETS, NUDE, ADS, SHARE, BAD, PHISH, GAMES)


class _SetClock(Clock):
    """Ages pass as they do; the date is what a test says."""

    def __init__(self, when: Callable[[], datetime]) -> None:
        self._when = when

    def when(self) -> datetime:
        return self._when()


@dataclass
class Online(Home):
    """`publish` puts a list on the server and its recipe here; `update` fetches what is due, judges and builds."""

    server: ListServer = field(kw_only=True)
    network: Network = field(kw_only=True)
    limits: FetchLimits = QUICK
    random: Random = field(default_factory=lambda: Random(7))

    def publish(self, *lists: Public, also: Iterable[str] = ()) -> None:
        """Serve these lists; their recipes are written, and they are on. `also`: names that they hold besides."""
        for each in lists:
            self.put(each, [*each.names(), *also])
            more = {"urls": [self.server.url(each.file)], "format": each.format, **each.more}
            self.add_list(each.id, each.category, keeper=each.keeper, **more)

    def put(self, what: Public, names: Iterable[str]) -> None:
        """The list holds these from now on."""
        self.put_text(what, what.text(names))

    def put_text(self, what: Public, text: str) -> None:
        (self.server.folder / what.file).write_text(text, encoding="utf-8")

    def update(self, **options: Any) -> UpdateReport:
        clock = _SetClock(lambda: self.when)
        ask = partial(update, self.shipped, self.overlay, self.state, clock, lambda progress: None)
        report = ask(fetch=True, network=self.network, limits=self.limits, random=self.random, **options)
        verify(self.release)
        return report

    def build_only(self) -> UpdateReport:
        """What follows a decision of a person: nothing is fetched."""
        return super().update()

    def next_day(self) -> UpdateReport:
        """A day later, when everything is due again, whatever the jitter."""
        self.sleep(hours=30)
        return self.update()

    def limit(self, **values: Any) -> None:
        self.limits = replace(self.limits, **values)

    def journal(self, what: Public) -> Journal:
        return load_journal(self.state, what.id)

    def closed(self, names: Iterable[str], *categories: str) -> int:
        """How many of these names are covered by just these categories, and nothing else."""
        index = self.release.open_index(day_number(self.when))
        mask = sum(category.mask for category in index.categories if category.id in categories)
        return sum(index.find(parse_name(name)) == mask for name in names)

    @property
    def number(self) -> int:
        return open_current(self.state).number


def outcome_of(report: UpdateReport, what: Public) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.source == what.id)


def told(report: UpdateReport) -> str:
    return "\n".join(report.lines)
