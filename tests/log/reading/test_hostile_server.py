"""A server that wants us to wait for ever, to crash, or to show its escapes to somebody."""

from __future__ import annotations

from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Event

import pytest

from filterdns.clock import Clock
from filterdns.errors import LogFault
from filterdns.log.reading.files import WebFiles, WebLimits
from tests.log.reading.test_files import read_web, reply, serving


class StillClock(Clock):
    """It stands where it was set."""

    seconds = 0.0

    def now(self) -> float:
        return self.seconds


@pytest.mark.parametrize("part", ["status", "headers", "redirect", "missing", "chunked", "body"])
def test_no_part_of_an_answer_may_drip_for_ever(part: str) -> None:
    begin = {
        "status": b"HTTP/1.1 2",
        "headers": b"HTTP/1.1 200 OK\r\nX: ",
        "redirect": b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 60000\r\n\r\n",
        "missing": b"HTTP/1.1 404 Not Found\r\nContent-Length: 60000\r\n\r\n",
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n",
    }[part]
    ended = Event()

    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.close_connection = True
        asked.wfile.write(begin)
        with suppress(OSError):
            while not ended.wait(0.02):
                asked.wfile.write(b"1")

    clock = Clock()
    with serving(answer) as url:
        begun = clock.now()
        with pytest.raises(LogFault, match=r"no end of it in time|timed out"):
            read_web(url, most=100_000, limits=WebLimits(stall_seconds=5.0, file_seconds=0.3))
        took = clock.now() - begun
        ended.set()
    assert took < 2.0


def test_all_files_of_a_visit_have_one_deadline() -> None:
    with serving(lambda asked: reply(asked, b"x")) as url:
        clock = StillClock()
        files = WebFiles(url, clock, WebLimits(visit_seconds=100.0))
        assert files.read("a", 9) == b"x"
        clock.seconds = 101.0
        with pytest.raises(LogFault, match="100 for all files"):
            files.read("a", 9)
        files.close()


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (302, {"Location": "/\u00e9"}),
        (302, {"Location": "/a\x7fb"}),
        (302, {"Location": "//[::1"}),
        (200, {"Date": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Last_Modified": "x"}),
        (200, {"Date": "Mon, 01 Jan 2026 00:00:00 +9999", "Last_Modified": "Mon, 01 Jan 99999999999 00:00:00 GMT"}),
        (200, {"ETag": '"\x7f"'}),
    ],
)
def test_headers_that_nobody_sends_crash_nothing(status: int, headers: dict[str, str]) -> None:
    with serving(lambda asked: reply(asked, b"x", status, **headers)) as url:
        files = WebFiles(url)
        known: dict[str, str] = {}
        for _ in range(2):
            with suppress(LogFault):  # and nothing else
                known = dict(files.read_changed("a", 9, known)[1])
        files.close()


def test_escapes_in_an_answer_are_not_handed_on() -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.close_connection = True
        asked.wfile.write(b"\x1b]0;owned\x07 \x9b31m\r\n\r\n")

    with serving(answer) as url, pytest.raises(LogFault) as caught:
        read_web(url)
    assert str(caught.value).isprintable()
