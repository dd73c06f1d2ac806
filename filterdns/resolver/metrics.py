"""The metrics in Prometheus' text form, in a small process of its own: it reads the shared map when it is asked.

At home nothing says which profile or category a query was about, and what was filtered is told in two groups once the
day is over: in a home of three a number that moves is a disclosure about one child.  A school sees profile and
category, as day totals, and none that fewer than ten devices made.  Every label is from a closed set.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from filterdns.calendar import Calendar
from filterdns.categories import Category
from filterdns.clock import Clock, day_number
from filterdns.config.settings import Address, Settings
from filterdns.confirmed import vouching_for
from filterdns.errors import StateFault
from filterdns.resolver.counters import FILTERED, HOUSEHOLD, OUTCOMES, RESTRICTED, SLOT, SLOTS_A_TRANSPORT, TRANSPORTS
from filterdns.resolver.day_totals import DayTotals
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY
from filterdns.resolver.release_watch import ReleaseWatch
from filterdns.resolver.shared import DEVICES_SHOWN, Shared

LOOK_SECONDS = 5.0  # how late a day's end and a new release are noticed
_REQUEST_SECONDS = 2.0  # one scrape at a time: nobody may hold the line
_HOLD = "hold"
_UPSTREAM_RESULTS = ("sent", "answered", "timeouts", "mismatches", "malformed", "refused_by_icmp", "tcp", "failures")
_UPSTREAM_REFUSED = ("rebinding", "loops")
_BOUNDS = ("in_flight", "client", "domain", "waiters")
_GAUGES = {
    "cache_entries": "Answers in the caches.",
    "cache_octets": "Octets in the caches.",
    "tcp_connections": "Open TCP connections of clients.",
    "in_flight": "Queries that wait for an upstream.",
}
_COUNTERS = {
    "coalesced": "Queries that joined an equal one in flight.",
    "send_failures": "Answers that the system would not send.",
    "dropped_datagrams": "Datagrams that the system dropped because a receive buffer was full.",
    "prefetched": "Answers asked for anew before they expired.",
}
# What moves for one query about one name is told at the day's end, if at all.
_LIVE_OUTCOMES = tuple((slot, outcome) for slot, outcome in enumerate(OUTCOMES) if slot not in (HOUSEHOLD, RESTRICTED))


class Numbers(Collector):
    """What one scrape shows."""

    def __init__(
        self, settings: Settings, shared: Shared, columns: dict[str, int], watch: ReleaseWatch, clock: Clock
    ) -> None:
        self._school = settings.school
        self._shared, self._columns = shared, columns
        self._watch, self._clock = watch, clock
        self._days = DayTotals(shared, columns)
        zones = {profile.id: profile.timezone for profile in settings.profiles}
        self._zone = ZoneInfo(zones.get(settings.default_profile, "UTC"))

    def look(self) -> None:
        """Follow the release and the day; called every few seconds and before each scrape."""
        now, when = self._clock.now(), self._clock.when()
        self._watch.look(now, when)
        self._days.roll(_local_day(when, self._zone), self._categories())

    def collect(self) -> Iterator[Metric]:
        self.look()
        yield from self._workers()
        yield from self._release()
        yield self._queries()
        yield from self._filtered_at_school() if self._school else self._filtered_at_home()
        yield from self._upstreams()

    def _categories(self) -> tuple[Category, ...]:
        return self._watch.index.categories if self._watch.index is not None else ()

    def _workers(self) -> Iterator[Metric]:
        alive = self._shared.alive()
        yield GaugeMetricFamily("filterdns_workers", "Workers that answer.", len(alive))
        yield CounterMetricFamily("filterdns_worker_restarts", "Workers that died.", self._shared.restarts())
        gauges = [self._shared.worker_counts(worker) for worker in alive]
        for name, text in _GAUGES.items():
            yield GaugeMetricFamily(f"filterdns_{name}", text, sum(counts[SLOT[name]] for counts in gauges))

    def _release(self) -> Iterator[Metric]:
        not_filtering = self._shared.is_not_filtering()
        yield GaugeMetricFamily("filterdns_not_filtering", "1: NOT FILTERING, no usable list.", int(not_filtering))
        numbers = [self._shared.worker_counts(worker)[SLOT["release"]] for worker in self._shared.alive()]
        yield GaugeMetricFamily("filterdns_release", "Number of the release in use.", min(numbers, default=0))
        if self._watch.index is not None:
            age = self._clock.when() - datetime.fromisoformat(self._watch.built_at)
            yield GaugeMetricFamily("filterdns_release_age_seconds", "Since it was built.", age.total_seconds())
            yield GaugeMetricFamily("filterdns_listed_names", "Names in the release.", self._watch.index.names)

    def _queries(self) -> Metric:
        """By transport and outcome; a school's by profile as well."""
        labels = ["transport", "outcome"]
        family = CounterMetricFamily(
            "filterdns_queries",
            "Queries that were not filtered.",
            labels=[*labels, "profile"] if self._school else labels,
        )
        summed = {profile: self._summed(column) for profile, column in self._columns.items()}
        if not self._school:
            summed = {"": [sum(counts) for counts in zip(*summed.values(), strict=True)]} if summed else {}
        for number, transport in enumerate(TRANSPORTS):
            for slot, outcome in _LIVE_OUTCOMES:
                for profile, counts in summed.items():
                    values = [transport, outcome, *([profile] if self._school else [])]
                    family.add_metric(values, counts[number * SLOTS_A_TRANSPORT + slot])
        return family

    def _summed(self, column: int) -> list[int]:
        rows = [self._shared.profile_counts(worker, column) for worker in self._shared.known()]
        return [sum(row) for row in zip(*rows, strict=True)] or [0] * SLOTS_A_TRANSPORT * len(TRANSPORTS)

    def _filtered_at_home(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "filterdns_filtered_yesterday", "Filtered queries of the day that ended last.", labels=["group"]
        )
        for group, count in self._days.ended().items():
            family.add_metric([group], count)
        yield family

    def _filtered_at_school(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "filterdns_filtered_today",
            f"Filtered queries of this day, where at least {DEVICES_SHOWN} devices asked.",
            labels=["profile", "category"],
        )
        slots = {category.bit: category.id for category in self._categories()} | {0: _HOLD}
        for profile, column in self._columns.items():
            today = self._days.today(column)
            for bit, category in slots.items():
                if category != RESTRICTED_CATEGORY and self._shared.devices(column, bit) >= DEVICES_SHOWN:
                    family.add_metric([profile, category], today[FILTERED + bit])
        yield family

    def _upstreams(self) -> Iterator[Metric]:
        rows = [self._shared.worker_counts(worker) for worker in self._shared.known()]
        total = [sum(row) for row in zip(*rows, strict=True)] or [0] * len(SLOT)
        results = CounterMetricFamily("filterdns_upstream_queries", "Queries to upstreams.", labels=["result"])
        for result in (*_UPSTREAM_RESULTS, *_UPSTREAM_REFUSED):
            results.add_metric([result], total[SLOT[f"upstream_{result}"]])
        yield results
        seconds = total[SLOT["upstream_microseconds"]] / 1_000_000
        yield CounterMetricFamily("filterdns_upstream_seconds", "Waited for upstreams that answered.", seconds)
        bounds = CounterMetricFamily("filterdns_bounds_met", "Queries that met a bound.", labels=["bound"])
        for bound in _BOUNDS:
            bounds.add_metric([bound], total[SLOT[f"bound_{bound}"]])
        yield bounds
        for name, text in _COUNTERS.items():
            yield CounterMetricFamily(f"filterdns_{name}", text, total[SLOT[name]])


def _local_day(when: datetime, zone: ZoneInfo) -> int:
    """Number of the day on the household's calendar."""
    local = when.astimezone(zone)
    offset = local.utcoffset()
    return day_number(when + offset) if offset is not None else day_number(when)


def run_metrics(settings: Settings, state: Path, shared: Shared, columns: dict[str, int]) -> None:
    """Serve `/metrics` on `settings.metrics` until SIGTERM. Raises StateFault if nothing can listen there."""
    address = settings.metrics
    if address is None or not ip_address(address.host).is_loopback:
        raise StateFault(f"expected an address of the loopback for the metrics, got {address}")
    watch = ReleaseWatch(state, lambda text: None, Calendar(vouching_for(state)), settings)
    numbers = Numbers(settings, shared, columns, watch, Clock())
    registry = CollectorRegistry()
    registry.register(numbers)
    try:
        server = MetricsServer(address, lambda: generate_latest(registry))
    except OSError as error:
        raise StateFault(f"{address}: cannot listen: {error.strerror}; choose another `metrics:` address") from error
    server.timeout = LOOK_SECONDS
    signal.signal(signal.SIGALRM, _give_up)
    while True:
        numbers.look()  # first of all: the day that is counted begins now
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS + _REQUEST_SECONDS)
        server.handle_request()


def _give_up(number: int, frame: object) -> None:
    """A caller that sends an octet now and then: its connection ends, and the next one is heard."""
    raise TimeoutError


class MetricsServer(HTTPServer):
    """One request at a time, for callers that mean this address: a page in a browser cannot read it by rebinding."""

    def __init__(self, address: Address, text: Callable[[], bytes]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        self.text = text
        super().__init__((address.host, address.port), _Request)
        port = self.server_address[1]
        names = ("localhost", "127.0.0.1", "[::1]", str(Address(address.host, 0)).rpartition(":")[0])
        self.hosts = frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())

    def server_bind(self) -> None:
        """Without the reverse look-up of our own address that the base class does: we are the resolver."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken connection is the caller's business; nothing is written about it."""


class _Request(BaseHTTPRequestHandler):
    """GET /metrics."""

    server: MetricsServer
    timeout = _REQUEST_SECONDS
    server_version, sys_version = "filterdns", ""

    def do_GET(self) -> None:
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self.send_error(421)
        elif self.path.partition("?")[0] != "/metrics":
            self.send_error(404)
        else:
            body = self.server.text()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """No line for a request."""
