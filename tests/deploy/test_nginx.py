"""The web server in front of a publisher, as nginx itself runs it: a mirror of the log, and the site behind it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from filterdns.cli.places import load_table
from filterdns.log.keys.life import make_log
from filterdns.log.offering.heads import head_path
from filterdns.log.offering.publish import publish_revocations
from filterdns.log.places import public_folder
from filterdns.log.reading.files import UnchangedFile, WebFiles
from tests.running import LOOPBACK, free_port, is_open, wait_until

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"


class Server:
    """The example, on free ports and without TLS: a mirror of a small log, and nothing behind the site."""

    def __init__(self, nginx: str, folder: Path, state: Path) -> None:
        self.site, self.mirror = free_port(), free_port()
        text = CONFIGURATION.read_text()
        text = re.sub(r"\n +(listen \[::\]:443 ssl|ssl_certificate\S* \S+);", "", text)
        for port in (self.site, self.mirror):
            text = text.replace("listen 443 ssl;", f"listen {LOOPBACK}:{port};", 1)
        text = text.replace("/srv/lists", str(state / "public")).replace("/var/cache/nginx/lists", str(folder / "kept"))
        paths = "".join(
            f"{kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self._configuration = folder / "nginx.conf"
        self._configuration.write_text(
            f"daemon off;\nmaster_process off;\npid {folder / 'pid'};\nuser root;\nevents {{}}\n"
            f"http {{\n{paths}{text}\n}}\n"
        )
        self._command = [nginx, "-c", str(self._configuration), "-p", str(folder), "-e", str(folder / "errors")]

    def check(self) -> str:
        return subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False).stderr

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(self._command)
        wait_until(lambda: is_open(self.mirror), 10, "nginx listens")
        return process


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a publisher whose log has revocations, none of which hold."""
    now = datetime.now(UTC)
    make_log(tmp_path / "state", "lists.example.org/log", tmp_path / "recovery", now)
    publish_revocations(tmp_path / "state", load_table(), now)
    return tmp_path / "state"


@pytest.fixture
def server(peer: Callable[[str], str], tmp_path: Path, state: Path) -> Iterator[Server]:
    folder = tmp_path / "nginx"
    folder.mkdir()
    server = Server(peer("nginx"), folder, state)
    assert "test is successful" in server.check()
    process = server.start()
    yield server
    process.terminate()
    process.wait(10)


def cache_control(server: Server, path: str) -> str | None:
    with urlopen(Request(f"http://{LOOPBACK}:{server.mirror}/log/{path}"), timeout=5) as response:
        told: str | None = response.headers["Cache-Control"]
    return told


def test_a_mirror_says_what_may_be_kept_and_what_is_asked_for_anew(server: Server, state: Path) -> None:
    folder = public_folder(state)
    for file in folder.rglob("*"):
        if file.is_file():
            path = str(file.relative_to(folder))
            immutable = path.startswith("tile/") or re.match(r"revocations/[0-9a-f]{64}\Z", path)
            assert cache_control(server, path) == (
                "public, max-age=31536000, immutable" if immutable else "no-cache"
            ), path


def test_a_home_asks_a_mirror_whether_a_head_has_changed(server: Server, state: Path) -> None:
    head = public_folder(state) / head_path("revocations")
    with closing(WebFiles(f"http://{LOOPBACK}:{server.mirror}/log")) as files:
        octets, fresh = files.read_changed(head_path("revocations"), 10_000, {})
        assert octets == head.read_bytes()
        assert not fresh  # written in this very second: another of the same second would look the same
        old = head.stat().st_mtime - 60
        os.utime(head, (old, old))
        _, known = files.read_changed(head_path("revocations"), 10_000, {})
        assert known["ETag"]
        with pytest.raises(UnchangedFile):
            files.read_changed(head_path("revocations"), 10_000, known)
