"""A log is read from a folder or a server that may want to harm us."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.clock import Clock
from filterdns.errors import LogFault
from filterdns.log.reading.files import FolderFiles, MissingFile, WebFiles, WebLimits, check_path
from tests.log.web import running


class HurriedClock(Clock):
    """Each look at it is 200 seconds after the one before."""

    seconds = 0.0

    def now(self) -> float:
        self.seconds += 200.0
        return self.seconds


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on a free port of this machine; each GET is answered by `answer`."""

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with running(Asked) as url:
        yield url


def reply(asked: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    asked.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        asked.send_header(name.replace("_", "-"), value)
    asked.end_headers()
    asked.wfile.write(body)


def read_web(url: str, path: str = "checkpoint", most: int = 100, limits: WebLimits | None = None) -> bytes:
    files = WebFiles(url, limits=limits)
    try:
        return files.read(path, most)
    finally:
        files.close()


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/x001/067.p/12", "statements/ab/ab.json", "decisions/1.from.2"])
def test_paths_of_a_log_are_read(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../key", "tile/../../key", "tile//0", "tile/", "a\\b", "a\0b", "a\n", ".git/config", "~root",
     "a?b", "a#b", "a%2e%2e", "//other.example/a", "x" * 256, "https://other.example/", "é"],
)  # fmt: skip
def test_paths_that_could_lead_elsewhere_are_refused(path: str, tmp_path: Path) -> None:
    for files in (FolderFiles(tmp_path), WebFiles("https://log.example")):
        with pytest.raises(LogFault, match="expected the path"):
            files.read(path, 10)


@given(st.text(alphabet="./\\ax0", max_size=12))
def test_a_path_that_is_let_through_stays_below(path: str) -> None:
    try:
        check_path(path)
    except LogFault:
        return
    assert os.path.normpath(os.path.join("/log", path)) == f"/log/{path}"


class TestFolder:
    def test_a_file_within_the_limit_is_read_whole(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"12345")
        assert FolderFiles(tmp_path).read("a", 5) == b"12345"
        with pytest.raises(LogFault, match="at most 4 octets"):
            FolderFiles(tmp_path).read("a", 4)

    def test_what_is_not_there_is_missing(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        for path in ("b", "b/c", "a/b"):
            with pytest.raises(MissingFile):
                FolderFiles(tmp_path).read(path, 5)

    def test_a_link_out_of_the_folder_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("key")
        log = tmp_path / "log"
        log.mkdir()
        (log / "here").write_text("ours")
        (log / "checkpoint").symlink_to("../secret")
        (log / "tile").symlink_to("..")
        (log / "inner").symlink_to("here")
        for path in ("checkpoint", "tile/secret"):
            with pytest.raises(LogFault, match="leads out"):
                FolderFiles(log).read(path, 5)
        assert FolderFiles(log).read("inner", 5) == b"ours"

    def test_a_link_to_the_folder_itself_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "log").mkdir()
        (tmp_path / "log" / "a").write_text("1")
        (tmp_path / "current").symlink_to("log")
        assert FolderFiles(tmp_path / "current").read("a", 5) == b"1"

    def test_a_pipe_or_a_folder_is_not_a_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "folder").mkdir()
        for path in ("pipe", "folder"):
            with pytest.raises(LogFault) as caught:
                FolderFiles(tmp_path).read(path, 5)
            assert not isinstance(caught.value, MissingFile)


class TestWeb:
    def test_files_come_over_one_connection_below_the_prefix(self) -> None:
        asked_for = []

        def answer(asked: BaseHTTPRequestHandler) -> None:
            asked_for.append((asked.path, asked.client_address))
            reply(asked, asked.path.encode(), 404 if asked.path.endswith("none") else 200)

        with serving(answer) as url:
            files = WebFiles(f"{url}/log/")
            assert files.read("checkpoint", 100) == b"/log/checkpoint"
            with pytest.raises(MissingFile):
                files.read("none", 100)
            assert files.read("tile/0/000", 100) == b"/log/tile/0/000"
            files.close()
        assert len({client for _, client in asked_for}) == 1
        assert str(files) == f"{url}/log"

    def test_a_connection_closed_meanwhile_is_replaced(self) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            reply(asked, b"ok")
            asked.close_connection = True  # without saying so

        with serving(answer) as url:
            files = WebFiles(url)
            assert [files.read("a", 9) for _ in range(3)] == [b"ok"] * 3
            files.close()

    @pytest.mark.parametrize("headers", [{}, {"Content_Length": "999999"}])
    def test_an_endless_file_is_cut(self, headers: dict[str, str]) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            asked.close_connection = True
            reply(asked, b"x" * 500, **headers)

        with serving(answer) as url, pytest.raises(LogFault, match="at most 100 octets"):
            read_web(url)

    def test_a_file_cut_short_is_noticed(self) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            asked.close_connection = True
            reply(asked, b"half", Content_Length="8")

        with serving(answer) as url, pytest.raises(LogFault):
            read_web(url)

    @pytest.mark.parametrize(
        "target", ["https://other.example/log", "http://127.0.0.1:1/log", "file:///etc/passwd", "ftp://127.0.0.1/", ""]
    )
    def test_a_redirect_to_another_place_is_not_followed(self, target: str) -> None:
        moved: Answer = lambda asked: reply(asked, b"", 302, Location=target)  # noqa: E731
        with serving(moved) as url, pytest.raises(LogFault, match="not followed"):
            read_web(url)

    def test_a_redirect_within_the_server_is_followed_a_few_times(self) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            if asked.path == "/checkpoint":
                reply(asked, b"moved", 302, Location="/v2/checkpoint?of=today")
            elif asked.path.startswith("/v2"):
                reply(asked, b"here")
            else:
                reply(asked, b"", 302, Location=asked.path + "x")

        with serving(answer) as url:
            assert read_web(url) == b"here"
            with pytest.raises(LogFault, match="more than 3 redirects"):
                read_web(url, "tile")

    def test_a_server_that_is_asked_too_often_is_asked_again_a_moment_later(self) -> None:
        statuses = [429, 200, 429]

        class Napping(Clock):
            naps = 0.0

            def nap(self, seconds: float) -> None:
                self.naps += seconds

        with serving(lambda asked: reply(asked, b"here", statuses.pop(0) if statuses else 429)) as url:
            files = WebFiles(url, clock := Napping())
            assert files.read("checkpoint", 100) == b"here"
            assert clock.naps == 1.0
            with pytest.raises(LogFault, match="pauses"):
                files.read("checkpoint", 100)
            files.close()

    @pytest.mark.parametrize("status", [206, 304, 403, 500, 503])
    def test_another_answer_is_not_the_file(self, status: int) -> None:
        with (
            serving(lambda asked: reply(asked, b"", status)) as url,
            pytest.raises(LogFault, match=str(status)) as fault,
        ):
            read_web(url)
        assert not isinstance(fault.value, MissingFile)

    def test_a_packed_answer_is_not_unpacked(self) -> None:
        packed: Answer = lambda asked: reply(asked, b"bomb", Content_Encoding="gzip")  # noqa: E731
        with serving(packed) as url, pytest.raises(LogFault, match="packed"):
            read_web(url)

    def test_a_server_that_says_nothing_is_left(self) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            asked.close_connection = True
            asked.rfile.read()  # until we go

        with serving(answer) as url, pytest.raises(LogFault, match="timed out"):
            read_web(url, limits=WebLimits(stall_seconds=0.1))

    def test_a_file_that_drips_is_left_at_its_deadline(self) -> None:
        with serving(lambda asked: reply(asked, b"12345")) as url:
            files = WebFiles(url, HurriedClock())
            with pytest.raises(LogFault, match="120 seconds"):
                files.read("a", 9)

    def test_a_port_without_a_server_is_told(self) -> None:
        with serving(lambda asked: None) as url:
            pass
        with pytest.raises(LogFault, match="expected an answer"):
            read_web(url)

    @pytest.mark.parametrize(
        "url",
        ["http://lists.example.org/log", "ftp://127.0.0.1/", "https://", "lists.example.org", "https://a:b@x.example/",
         "https://x.example/?q", "https://x.example/#f", "https://x.example:port/", "https://x.example/a b", "file:///"],
    )  # fmt: skip
    def test_only_tls_or_this_machine(self, url: str) -> None:
        with pytest.raises(LogFault, match="expected a URL"):
            WebFiles(url)
