"""Wildcards and addresses that come, in a network namespace of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import free_port

ROOT = Path(__file__).resolve().parents[3]
IN_NAMESPACE = """
import os, signal, subprocess, sys
from tests.messages import query
from tests.running import wait_until
from tests.wire import ask_tcp, ask_udp

port, config, state, log = sys.argv[1:]
wire = query("localhost")
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
command = [sys.executable, "-m", "filterdns", "serve", "--config", config, "--state", state]
server = subprocess.Popen(command, stdout=open(log, "w"))
try:
    for host in ("127.0.0.1", "::1"):
        wait_until(lambda: ask_udp((host, int(port)), wire, 0.2), 20, f"an answer from {host}")
    subprocess.run(["ip", "address", "add", "192.0.2.9/24", "dev", "lo"], check=True)
    there = ("192.0.2.9", int(port))
    wait_until(lambda: ask_udp(there, wire, 0.2, "192.0.2.9"), 15, "an answer from the new address")
    assert ask_udp(there, wire, 2, "192.0.2.9")[3] & 15 == 0  # who is on the new link may ask
    assert ask_tcp(there, wire, 2, "192.0.2.9")[3] & 15 == 0
    with open(f"/proc/{server.pid}/task/{server.pid}/children") as children:
        os.kill(int(children.read().split()[0]), signal.SIGKILL)
    wait_until(lambda: ask_udp(there, wire, 0.2, "192.0.2.9"), 15, "an answer from it by the next worker")
    with open(config, "a") as file:
        print("workers: 2", file=file)
    server.send_signal(signal.SIGHUP)
    wait_until(lambda: "the new configuration holds" in open(sys.argv[4]).read(), 15, "the reload")
    assert ask_udp(there, wire, 2, "192.0.2.9")
finally:
    server.terminate()
    assert server.wait(15) == 0
print("all is well")
"""


@pytest.fixture
def namespace() -> list[str]:
    """What runs a command in a network namespace of its own."""
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed")
    command = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("no network namespace can be made here")
    return command


def test_a_wildcard_answers_on_each_address_and_on_those_that_come(namespace: list[str], tmp_path: Path) -> None:
    port, config = free_port(), tmp_path / "config.yaml"
    config.write_text(
        f'dns: ["0.0.0.0:{port}", "[::]:{port}"]\npages: "off"\nmetrics: "off"\nupstreams: ["127.0.0.1:{port + 1}"]\n'
        "lists: {update: false}\n",
        encoding="utf-8",
    )
    script = [
        sys.executable,
        "-c",
        IN_NAMESPACE,
        str(port),
        str(config),
        str(tmp_path / "state"),
        str(tmp_path / "log"),
    ]
    ran = subprocess.run([*namespace, *script], cwd=ROOT, capture_output=True, text=True, timeout=90)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert ran.stdout.endswith("all is well\n"), log + ran.stderr
    assert f"listening on 192.0.2.9:{port}/udp" in log
