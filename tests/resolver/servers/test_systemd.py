from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from filterdns.resolver.servers.systemd import Notifier, inherited_sockets

CHILD = """
import os
from filterdns.resolver.servers.systemd import inherited_sockets
os.environ["LISTEN_PID"] = os.environ["LISTEN_PID"].replace("own", str(os.getpid()))
found = inherited_sockets(os.environ, os.getpid())
print([(s.type.name, s.getsockname()[1], os.get_inheritable(s.fileno())) for s in found], "LISTEN_FDS" in os.environ)
"""


def test_sockets_are_taken_from_the_third_descriptor_on_and_go_no_further() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        tcp.bind(("127.0.0.1", 0))
        ports = udp.getsockname()[1], tcp.getsockname()[1]
        assert _child("own", (udp, tcp)) == (
            f"[('SOCK_DGRAM', {ports[0]}, False), ('SOCK_STREAM', {ports[1]}, False)] False"
        )


def test_sockets_for_another_process_are_not_ours() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        assert _child("1", (udp,)) == "[] False"


def test_what_is_no_internet_socket_is_left_alone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert _child("own", (ours,)) == "[] False"


@pytest.mark.parametrize("environ", [{}, {"LISTEN_FDS": "x", "LISTEN_PID": "1"}, {"LISTEN_FDS": "-1"}])
def test_no_sockets_without_systemd(environ: dict[str, str]) -> None:
    assert inherited_sockets(environ, os.getpid()) == []


def test_systemd_is_told_how_we_do(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        environ = {"NOTIFY_SOCKET": path}
        notifier = Notifier(environ)
        assert not environ  # no child speaks for us
        notifier.ready("answering")
        assert systemd.recv(200) == b"READY=1\nSTATUS=answering"
        notifier.reloading(12.5)
        assert systemd.recv(200) == b"RELOADING=1\nMONOTONIC_USEC=12500000"
        notifier.stopping()
        assert systemd.recv(200) == b"STOPPING=1"
    notifier.ready("nobody reads this")


def test_nobody_is_told_without_systemd() -> None:
    Notifier({}).ready("answering")


def _child(pid: str, sockets: tuple[socket.socket, ...]) -> str:
    """What a process sees that is started as systemd starts it."""

    def lay() -> None:
        for number, descriptor in enumerate([os.dup(sock.fileno()) for sock in sockets], 3):
            os.dup2(descriptor, number)

    environ = os.environ | {"LISTEN_FDS": str(len(sockets)), "LISTEN_PID": pid}
    program = subprocess.run(
        [sys.executable, "-c", CHILD],
        env=environ,
        preexec_fn=lay,
        close_fds=False,
        capture_output=True,
        text=True,
        check=True,
    )
    return program.stdout.strip()
