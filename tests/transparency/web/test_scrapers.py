"""What a scraper and a censor would try."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PUBLIC, Admission, PageLimits, Rates, sender_of
from tests.transparency.lists import StoppedClock
from tests.transparency.web.pages_process import PagesRunning
from tests.transparency.web.served import Site

FEW = PageLimits(requests_a_second=1, burst=5, prefix_requests_a_second=2, prefix_burst=20)


def admitted(addresses: Callable[[int], str], requests: int, seconds: float) -> int:
    """How many of so many requests, evenly over this time, the public limits let in."""
    rates = Rates(PUBLIC)
    return sum(rates.admit(addresses(number), number * seconds / requests) for number in range(requests))


@pytest.mark.parametrize(
    "addresses",
    [
        lambda number: f"203.0.113.{number % 256}",
        lambda number: f"2001:db8:7:{number:x}::1",
        lambda number: f"2001:db8:7:{number % 256:x}:{number:x}::1",
    ],
    ids=["a /24", "a /48 by its /64s", "a /48 by everything"],
)
def test_a_dictionary_from_one_network_is_slow_however_its_addresses_change(addresses: Callable[[int], str]) -> None:
    """20,000 names in ten seconds: the burst and ten seconds' worth, not more."""
    let_in = admitted(addresses, 20_000, 10.0)
    assert let_in <= PUBLIC.prefix_burst + 10 * PUBLIC.prefix_requests_a_second + 1


def test_one_address_in_a_64_is_all_of_it() -> None:
    let_in = admitted(lambda number: f"2001:db8:7:7:{number:x}::1", 20_000, 10.0)
    assert let_in <= PUBLIC.burst + 10 * PUBLIC.requests_a_second + 1


def test_a_reader_is_never_kept_waiting() -> None:
    assert admitted(lambda number: "198.51.100.7", 100, 10.0) == 100


def forwarded(site: Site, header: str) -> int:
    """How many of 12 requests are let in."""
    return sum(reply.status == 200 for reply in site.each(["/help"] * 12, headers={"X-Forwarded-For": header}))


def test_what_a_client_says_of_its_address_counts_for_nothing(current: CurrentRelease, clock: StoppedClock) -> None:
    """A proxy on this machine adds the address that it saw at the end; the rest is the client's own invention."""
    assert forwarded(Site(current, clock, FEW), "10.1.2.3, 203.0.113.9") == 5
    assert forwarded(Site(current, clock, FEW), "nonsense") == 5


def test_only_a_proxy_on_this_machine_is_believed() -> None:
    class Asked:
        def __init__(self, remote: str, *seen: str) -> None:
            self.remote = remote
            self.headers = _Headers(seen)

    class _Headers(tuple[str, ...]):
        def __contains__(self, name: object) -> bool:
            return len(self) > 0

        def getall(self, name: str) -> list[str]:
            return list(self)

    assert sender_of(Asked("203.0.113.9", "198.51.100.1")) == "203.0.113.9"  # type: ignore[arg-type]
    assert sender_of(Asked("127.0.0.1", "198.51.100.1")) == "198.51.100.1"  # type: ignore[arg-type]
    assert sender_of(Asked("127.0.0.1", "10.0.0.1", "10.0.0.2, 198.51.100.1")) == "198.51.100.1"  # type: ignore[arg-type]
    assert sender_of(Asked("127.0.0.1", "for=secret")) == "127.0.0.1"  # type: ignore[arg-type]
    assert sender_of(Asked("127.0.0.1")) == "127.0.0.1"  # type: ignore[arg-type]


def test_this_machine_has_the_limits_of_a_home_at_a_publisher_too(clock: StoppedClock) -> None:
    class Asked:
        remote = "127.0.0.1"
        headers = ()

    admission = Admission(FEW, PageLimits(), clock)
    assert all(admission.admits(Asked()) for _ in range(100))  # type: ignore[arg-type]


def test_queries_of_any_size_are_bounded(site: Site) -> None:
    paths = [
        "/why?name=" + "a" * 3_900,
        "/why?" + "&".join(f"x{number}=1" for number in range(600)),
        "/why?" + "&" * 3_900,
        "/why?" + "name=%ff%fe&" * 300,
        "/decisions?" + "kind=" * 700,
        "/help?lang=" + "x" * 3_900,
        "/why/" + "a." * 1_900,
        "/why/" + "%2e" * 1_200,
        "/?" + "[" * 3_900,
    ]
    for path, reply in zip(paths, site.each(paths), strict=True):
        assert reply.status in (200, 303, 400, 404), path
        assert len(reply.text) < 40_000


@pytest.mark.parametrize(
    "host",
    ["lists.example@127.0.0.1", "127.0.0.1.evil.example", "evil.example#localhost", "localhost.evil.example",
     "a" * 3_000, "%6cocalhost", "localhost\t.evil.example", "[::1].evil.example", "0x7f.1.evil.example"],
)  # fmt: skip
def test_a_host_that_only_looks_like_ours_reads_nothing(site: Site, host: str) -> None:
    reply = site.get("/why/casino.example", Host=host)
    assert reply.status in (400, 403)
    assert "Roulette" not in reply.text


def test_a_host_given_by_a_proxys_header_is_not_believed(site: Site) -> None:
    for header in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        reply = site.ask("GET", "/why/casino.example", {"Host": "rebound.example", header: "localhost"})
        assert reply.status == 403, header
        assert "Roulette" not in reply.text


START = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
RAW = {
    "many headers": START + b"".join(b"X-%d: y\r\n" % n for n in range(5_000)) + b"\r\n",
    "one long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 50_000 + b"\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /why/casino.example HTTP/1.0\r\n\r\n",
    "two lengths": b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a bomb": (
        b"POST /lists/order HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
        + b"\x1f\x8b" * 10
    ),
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "connect": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n",
    "another site's address": b"GET http://evil.example/why/casino.example HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "nothing of HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("scraped")
    (folder / "state").mkdir()
    pages = PagesRunning(folder / "state", folder / "output")
    yield pages
    assert pages.stop() == 0


def said(pages: PagesRunning, octets: bytes) -> bytes:
    """Everything that the pages answer before they close, or until they wait for more."""
    with pages.connect() as connection:
        connection.settimeout(1.0)
        reply = b""
        try:
            connection.sendall(octets)
            while part := connection.recv(65_536):
                reply += part
        except (TimeoutError, ConnectionError):
            pass
        return reply


@pytest.mark.parametrize("kind", RAW)
def test_odd_requests_are_refused_and_the_next_reader_is_served(running: PagesRunning, kind: str) -> None:
    reply = said(running, RAW[kind])
    assert len(reply) < 40_000
    assert b"500" not in reply[:16]
    assert b"Traceback" not in reply
    told = b"aiohttp" in reply.lower()  # a short expression: pytest would compare 40 kB character by character
    assert not told, reply[:300]
    with running.connect() as connection:
        assert b"200 OK" in running.ask(b"/help", connection)[:20]


def test_nothing_of_what_was_tried_is_written_anywhere(running: PagesRunning) -> None:
    said(running, RAW["two hosts"])
    text = running.output.read_text()
    assert "evil" not in text
    assert "casino" not in text
    assert "127.0.0.1" not in text


def test_a_hundred_who_send_nothing_leave_room_for_a_reader(running: PagesRunning) -> None:
    idle: list[socket.socket] = []
    try:
        for _ in range(100):
            idle.append(running.connect())
            idle[-1].sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        with running.connect() as connection:
            assert b"200 OK" in running.ask(b"/help", connection)[:20]
    finally:
        for connection in idle:
            connection.close()
