from __future__ import annotations

import http.client
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from filterdns.calendar import Calendar
from filterdns.clock import day_number
from filterdns.config.settings import Address, ProfileSettings, Settings
from filterdns.errors import StateFault
from filterdns.lists.build import build_release
from filterdns.lists.shipped import shipped_folder
from filterdns.resolver.counters import CACHED, FILTERED, HOUSEHOLD, PROFILE_SLOTS, SLOT, TCP, WORKER_SLOTS
from filterdns.resolver.day_totals import DayTotals
from filterdns.resolver.devices import Devices
from filterdns.resolver.metrics import MetricsServer, Numbers, run_metrics
from filterdns.resolver.release_watch import ReleaseWatch
from filterdns.resolver.shared import DEVICES_SHOWN, Shared
from tests.resolving import HandClock

COLUMNS = {"children": 0, "staff": 1}
PROFILES = tuple(ProfileSettings(name, timezone="Asia/Seoul") for name in COLUMNS)
HOME = Settings(profiles=PROFILES, default_profile="children")
SCHOOL = Settings(profiles=PROFILES, default_profile="children", school=True)


class Installation:
    """Workers' counters as they lie in the shared map, and what a scrape shows of them."""

    def __init__(self, settings: Settings, state: Path) -> None:
        self.shared = Shared()
        self.clock = HandClock(when=datetime(2026, 11, 23, 3, tzinfo=UTC))  # noon in Seoul
        self.watch = ReleaseWatch(state, print, Calendar())
        self.numbers = Numbers(settings, self.shared, COLUMNS, self.watch, self.clock)  # type: ignore[arg-type]
        self.counts = {profile: [0] * PROFILE_SLOTS for profile in COLUMNS}
        self.worker = [0] * WORKER_SLOTS
        self.worker[SLOT["release"]] = 1
        self.shared.store(0, self.worker, [])
        self.shared.set_alive(0, True)
        self.numbers.look()
        index = self.watch.index
        assert index is not None
        self.bits = {category.id: category.bit for category in index.categories}

    def count(self, profile: str, slot: int, count: int) -> None:
        self.counts[profile][slot] += count
        self.shared.store(0, self.worker, [(COLUMNS[name], counts) for name, counts in self.counts.items()])

    def filtered(self, profile: str, category: str, count: int) -> None:
        self.count(profile, FILTERED + self.bits[category], count)

    def scrape(self) -> dict[str, float]:
        registry = CollectorRegistry()
        registry.register(self.numbers)
        lines = generate_latest(registry).decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    build_release(shipped_folder(), None, folder, datetime(2026, 11, 22, tzinfo=UTC))
    return folder


@pytest.fixture
def home(state: Path) -> Installation:
    return Installation(HOME, state)


@pytest.fixture
def school(state: Path) -> Installation:
    return Installation(SCHOOL, state)


def test_at_home_no_label_tells_a_profile_or_a_category(home: Installation) -> None:
    home.filtered("children", "adult", 3)
    home.count("children", CACHED, 5)
    home.count("staff", CACHED + TCP, 7)
    shown = home.scrape()
    assert shown['filterdns_queries_total{outcome="cached",transport="udp"}'] == 5
    assert shown['filterdns_queries_total{outcome="cached",transport="tcp"}'] == 7
    labels = {label for line in shown for label in re.findall(r'(\w+)="', line)}
    assert labels == {"outcome", "transport", "group", "result", "bound"}
    assert not any("adult" in line or "children" in line for line in shown)


def test_at_home_nothing_moves_when_a_name_is_filtered(home: Installation) -> None:
    before = home.scrape()
    home.filtered("children", "adult", 1)
    home.filtered("children", "malware", 1)
    home.count("children", HOUSEHOLD, 1)
    assert home.scrape() == before


def test_at_home_two_groups_are_published_at_the_days_end(home: Installation) -> None:
    home.filtered("children", "malware", 2)
    home.filtered("staff", "phishing", 1)
    home.filtered("children", "adult", 4)
    home.count("staff", HOUSEHOLD, 1)
    home.clock.advance(12 * 3600)  # midnight in Seoul
    shown = home.scrape()
    assert shown['filterdns_filtered_yesterday{group="security"}'] == 3
    assert shown['filterdns_filtered_yesterday{group="family"}'] == 5
    home.filtered("children", "adult", 1)
    home.clock.advance(24 * 3600)
    shown = home.scrape()
    assert shown['filterdns_filtered_yesterday{group="security"}'] == 0
    assert shown['filterdns_filtered_yesterday{group="family"}'] == 1


def test_self_harm_is_not_counted_at_home_at_all(home: Installation) -> None:
    home.filtered("children", "selfharm", 3)
    home.filtered("children", "restricted_legal", 3)
    home.clock.advance(12 * 3600)
    shown = home.scrape()
    assert shown['filterdns_filtered_yesterday{group="family"}'] == 0
    assert shown['filterdns_filtered_yesterday{group="security"}'] == 0


def test_a_day_goes_on_when_the_process_of_the_metrics_is_started_again(home: Installation) -> None:
    home.filtered("children", "adult", 4)
    again = Numbers(HOME, home.shared, COLUMNS, home.watch, home.clock)  # type: ignore[arg-type]
    home.clock.advance(12 * 3600)
    again.look()
    assert DayTotals(home.shared, COLUMNS).ended()["family"] == 4


def test_a_school_sees_profile_and_category_from_ten_devices_on(school: Installation) -> None:
    devices = Devices(school.shared, 0, COLUMNS, b"secret")
    devices.begin_day(1)
    slot = FILTERED + school.bits["adult"]
    line = 'filterdns_filtered_today{category="adult",profile="children"}'
    for device in range(DEVICES_SHOWN):
        assert line not in school.scrape()
        for _ in range(3):
            school.count("children", slot, 1)
            devices.note("children", slot, device)
    assert school.scrape()[line] == 3 * DEVICES_SHOWN
    devices.begin_day(2)
    assert line not in school.scrape()


def test_devices_of_several_workers_are_counted_once(school: Installation) -> None:
    workers = [Devices(school.shared, number, COLUMNS, b"secret") for number in range(2)]
    school.shared.set_alive(1, True)
    slot = FILTERED + school.bits["adult"]
    for worker in workers:
        worker.begin_day(1)
        for device in range(6):
            worker.note("children", slot, device)
    assert school.shared.devices(0, school.bits["adult"]) == 6
    for device in range(6, 10):
        workers[1].note("children", slot, device)
    assert school.shared.devices(0, school.bits["adult"]) == DEVICES_SHOWN


def test_a_school_sees_no_restricted_category(school: Installation) -> None:
    devices = Devices(school.shared, 0, COLUMNS, b"secret")
    for device in range(20):
        devices.note("children", FILTERED + school.bits["restricted_legal"], device)
    school.filtered("children", "restricted_legal", 20)
    assert not any("restricted" in line for line in school.scrape())


def test_labels_are_from_closed_sets(school: Installation) -> None:
    allowed = {
        *COLUMNS,
        *school.bits,
        *("udp", "tcp", "hold", "security", "family", "in_flight", "client", "domain", "waiters"),
    }
    for line in school.scrape():
        for label, value in re.findall(r'(\w+)="([^"]*)"', line):
            assert value in allowed or (label in ("outcome", "result") and value.replace("_", "").isalpha())


def test_a_worker_without_a_list_is_told(home: Installation) -> None:
    assert home.scrape()["filterdns_not_filtering"] == 0
    home.worker[SLOT["release"]] = 0
    home.count("children", CACHED, 0)
    shown = home.scrape()
    assert (shown["filterdns_not_filtering"], shown["filterdns_release"]) == (1, 0)


def test_release_age_and_workers_are_told(home: Installation) -> None:
    shown = home.scrape()
    assert shown["filterdns_workers"] == 1
    assert shown["filterdns_release"] == 1
    assert shown["filterdns_release_age_seconds"] == pytest.approx(27 * 3600)
    assert shown["filterdns_listed_names"] > 100


def test_counters_of_a_worker_that_died_stay_in_the_sum(home: Installation) -> None:
    home.count("children", CACHED, 5)
    home.shared.set_alive(0, False)
    home.shared.set_alive(1, True)
    shown = home.scrape()
    assert shown["filterdns_workers"] == 1
    assert shown['filterdns_queries_total{outcome="cached",transport="udp"}'] == 5


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("127.0.0.1:{port}", "/metrics", 200),
        ("localhost:{port}", "/metrics", 200),
        ("LOCALHOST:{port}", "/metrics?x", 200),
        ("127.0.0.1:{port}", "/", 404),
        ("evil.example", "/metrics", 421),
        ("evil.example:{port}", "/metrics", 421),
        ("", "/metrics", 421),
    ],
)
def test_only_callers_that_mean_the_loopback_are_answered(host: str, path: str, status: int) -> None:
    server = MetricsServer(Address("127.0.0.1", 0), lambda: b"numbers 1\n")
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    port = server.server_address[1]
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    caller.putrequest("GET", path, skip_host=True)
    caller.putheader("Host", host.format(port=port))
    caller.endheaders()
    answer = caller.getresponse()
    body = answer.read()
    caller.close()
    thread.join()
    server.server_close()
    assert (answer.status, body == b"numbers 1\n") == (status, status == 200)


def test_metrics_are_served_on_the_loopback_alone(tmp_path: Path) -> None:
    with pytest.raises(StateFault, match="loopback"):
        run_metrics(Settings(metrics=Address("192.0.2.1", 9053)), tmp_path, Shared(), {})


def test_the_day_ends_at_the_households_midnight(home: Installation) -> None:
    assert home.shared.day[0] == day_number(home.clock.when() + timedelta(hours=9))
