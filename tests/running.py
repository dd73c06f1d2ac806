"""The real `filterdns serve` for a test: free loopback ports, a state folder and a configuration of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.messages import query
from tests.wire import ask_tcp, ask_udp

LOOPBACK = "127.0.0.1"


def free_port(host: str = LOOPBACK) -> int:
    """A port that is free for UDP and TCP right now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(50):
        with socket.socket(family, socket.SOCK_STREAM) as tcp, socket.socket(family, socket.SOCK_DGRAM) as udp:
            tcp.bind((host, 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free for both UDP and TCP")


def is_open(port: int) -> bool:
    """Whether somebody listens on a TCP port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        return client.connect_ex((LOOPBACK, port)) == 0


def wait_until(true: Any, seconds: float, what: str, every: float = 0.02) -> None:
    """Ask `true()` again and again; the state of another process cannot be had in another way."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(every)


class Running:
    """One filterdns. `configuration` is what config.yaml says besides addresses and ports."""

    def __init__(
        self, folder: Path, configuration: dict[str, Any], upstream_port: int, overlay: dict[str, str]
    ) -> None:
        self.state = folder / "state"
        self.program: tuple[str, ...] = (sys.executable, "-m", "filterdns")
        self.port, self.pages_port, self.metrics_port = free_port(), free_port(), free_port()
        self.config = folder / "config.yaml"
        self.log = folder / "output.txt"
        for name, text in overlay.items():
            file = self.state / "lists" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.state.mkdir(exist_ok=True)
        settings: dict[str, Any] = {
            "dns": [f"{LOOPBACK}:{self.port}"],
            "pages": f"{LOOPBACK}:{self.pages_port}",
            "metrics": f"{LOOPBACK}:{self.metrics_port}",
            "upstreams": [f"{LOOPBACK}:{upstream_port}"],
            "lists": {"update": False},  # no test fetches anything from elsewhere
        }
        self.write_config(settings | configuration)
        self.process: subprocess.Popen[bytes] | None = None

    def write_config(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.config.write_text(yaml.safe_dump(settings), encoding="utf-8")

    def start(self, seconds: float = 30) -> Running:
        """Start it and wait for the first answer."""
        command = [*self.program, "serve", "--config", str(self.config), "--state", str(self.state)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONUNBUFFERED": "1"}
            )
        wait_until(self._answers, seconds, "the first answer of filterdns serve")
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"filterdns serve ended with {self.process.returncode}:\n{self.output()}")
        return self.ask(query("adult.filterdns.test"), seconds=0.2) is not None

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ask(self, wire: bytes, seconds: float = 5, source: str = LOOPBACK) -> bytes | None:
        return ask_udp((LOOPBACK, self.port), wire, seconds, source)

    def ask_tcp(self, wire: bytes, seconds: float = 5, source: str = LOOPBACK) -> bytes | None:
        return ask_tcp((LOOPBACK, self.port), wire, seconds, source)

    def fetch(self, port: int, path: str) -> str:
        """A page or the metrics, whose processes may come up a little later than DNS."""
        wait_until(lambda: is_open(port), 10, f"port {port} is open")
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=5) as response:
            text: str = response.read().decode()
        return text

    def metrics(self) -> str:
        return self.fetch(self.metrics_port, "/metrics")

    def processes(self) -> list[int]:
        """The supervisor and everything that it started."""
        assert self.process is not None
        return _tree(self.process.pid)

    def stop(self, seconds: float = 15) -> int:
        """SIGTERM, as an operator stops it; gives the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in reversed(_tree(self.process.pid)):
                os.kill(pid, signal.SIGKILL)
            self.process.wait()
            raise AssertionError(f"did not stop in {seconds} s:\n{self.output()}") from None


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in _tree(int(child)))]
