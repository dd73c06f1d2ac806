"""The real `filterdns serve`: start, death of its parts, stop."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.messages import query
from tests.resolver.serving.load import Load
from tests.resolving import parsed
from tests.running import Running, free_port, wait_until
from tests.simulators.behaviours import Plain, Slow
from tests.simulators.server import SimulatedUpstream

Start = Callable[..., Running]
LISTED = "adult.filterdns.test"
NO_PAGES = {"pages": "off"}
MOST_IDLE_MIB = 45


@pytest.fixture
def upstream() -> Iterator[SimulatedUpstream]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as simulated:
        yield simulated


@pytest.fixture
def port(upstream: SimulatedUpstream) -> int:
    return upstream.port


def rcode(reply: bytes | None) -> int:
    return parsed(reply).rcode()


def workers(filterdns: Running) -> list[int]:
    """Processes that have the DNS socket and an event loop: they hold an epoll."""
    return [pid for pid in filterdns.processes()[1:] if _has_epoll(pid)]


def _has_epoll(pid: int) -> bool:
    try:
        return any("eventpoll" in os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def say(filterdns: Running, text: str, seconds: float = 10) -> None:
    wait_until(lambda: text in filterdns.output(), seconds, f"{text!r} in:\n{filterdns.output()}")


def test_it_says_what_it_does(running: Start, port: int) -> None:
    filterdns = running(port)
    say(filterdns, "ready")
    output = filterdns.output()
    assert re.search(r"compiled [\d,]+ listings in [\d.]+ s", output)
    assert f"listening on 127.0.0.1:{filterdns.port}/udp, 127.0.0.1:{filterdns.port}/tcp" in output
    assert f"forwarding to 127.0.0.1:{port}" in output
    assert f"dig -p {filterdns.port} @127.0.0.1 {LISTED}" in output
    assert "NOT FILTERING" not in output
    assert filterdns.stop() == 0


def test_it_filters_and_forwards_over_udp_and_tcp(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES)
    for ask in (filterdns.ask, filterdns.ask_tcp):
        assert rcode(ask(query(LISTED))) == 3
        assert "203.0.113.5" in str(parsed(ask(query("open.example"))).answer[0])


def test_ctrl_c_stops_it_cleanly(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES)
    pids = filterdns.processes()
    assert filterdns.process is not None
    for pid in pids:  # a terminal sends it to all of them
        with suppress(ProcessLookupError):  # a child that builds lists may have ended meanwhile
            os.kill(pid, signal.SIGINT)
    assert filterdns.process.wait(10) == 0
    # The kernel ends a child of the keeper when the keeper has ended, a moment later.
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 5, "the end of all")
    assert "Traceback" not in filterdns.output()


def test_a_port_that_is_taken_ends_the_start_with_a_remedy(running: Start, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        taken = other.getsockname()[1]
        with pytest.raises(AssertionError, match="ended with 78") as told:
            running(port, {"dns": [f"127.0.0.1:{taken}"]})
    assert f"127.0.0.1:{taken}/udp: another program has this port" in str(told.value)


def test_a_bad_configuration_ends_the_start_with_all_faults(running: Start, port: int) -> None:
    with pytest.raises(AssertionError, match="ended with 78") as told:
        running(port, {"wrkers": 2, "dns": ["nowhere"]})
    assert "wrkers" in str(told.value)
    assert "nowhere" in str(told.value)


def test_queries_that_wait_while_the_only_worker_is_dead_are_answered(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES)
    (worker,) = workers(filterdns)
    with Load(filterdns.port, LISTED, 500) as load:
        wait_until(lambda: len(load.seconds) > 100, 5, "answers")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: workers(filterdns) not in ([], [worker]), 5, "another worker")
        answered = len(load.seconds)
        wait_until(lambda: len(load.seconds) > answered + 100, 5, "answers of the next worker")
    assert load.lost <= 64  # at most the batch that the dead worker had read
    assert "ended (killed by SIGKILL), started again in 0.1 s" in filterdns.output()
    assert "filterdns_worker_restarts_total 1.0" in filterdns.metrics()


def test_when_one_of_two_workers_is_killed_the_other_goes_on(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES | {"workers": 2})
    wait_until(lambda: len(workers(filterdns)) == 2, 5, "two workers")
    wait_until(lambda: "filterdns_workers 2.0" in filterdns.metrics(), 5, "two workers in the metrics")
    first, second = workers(filterdns)
    with Load(filterdns.port, LISTED, 1000, sources=16) as load:
        wait_until(lambda: len(load.seconds) > 500, 5, "answers")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(workers(filterdns)) == 2, 5, "the worker to come back")
        answered = len(load.seconds)
        wait_until(lambda: len(load.seconds) > answered + 500, 5, "answers of both")
    assert second in workers(filterdns)
    assert load.lost <= 64 + 100  # what the dead one had in its socket and its hands


def test_a_worker_that_dies_again_and_again_is_started_with_growing_pauses(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES)
    for pause in ("0.1", "0.2", "0.4"):
        wait_until(lambda: len(workers(filterdns)) == 1, 5, "a worker")
        os.kill(workers(filterdns)[0], signal.SIGKILL)
        say(filterdns, f"started again in {pause} s")


def test_no_child_outlives_the_supervisor(running: Start, port: int) -> None:
    filterdns = running(port)
    pids = filterdns.processes()
    assert filterdns.process is not None
    filterdns.process.kill()
    filterdns.process.wait()
    wait_until(lambda: not any(_is_alive(pid) for pid in pids[1:]), 10, "the end of all children")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_drain_answers_what_is_in_flight(running: Start) -> None:
    with SimulatedUpstream(Slow(0.6, default="203.0.113.5")) as upstream:
        filterdns = running(upstream.port, NO_PAGES)
        assert filterdns.process is not None
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
            socket.create_connection(("127.0.0.1", filterdns.port), timeout=5) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone,
        ):
            gone.connect(("127.0.0.1", filterdns.port))
            gone.send(query("gone.example"))
            udp.settimeout(5)
            udp.connect(("127.0.0.1", filterdns.port))
            udp.send(query("slow-udp.example"))
            wire = query("slow-tcp.example")
            tcp.sendall(struct.pack("!H", len(wire)) + wire)
            wait_until(lambda: _different_names(upstream) == 3, 5, "three questions upstream")
            gone.close()  # its answer meets a closed port, and the others get theirs all the same
            filterdns.process.send_signal(signal.SIGTERM)
            assert rcode(udp.recv(4_096)) == 0
            length = struct.unpack("!H", tcp.recv(2))[0]
            assert rcode(tcp.recv(length)) == 0
        assert filterdns.process.wait(10) == 0


def _different_names(upstream: SimulatedUpstream) -> int:
    return len({asked.wire[12:].lower() for asked in upstream.asked if b"example" in asked.wire.lower()})


def test_a_drain_ends_although_an_upstream_is_silent(running: Start) -> None:
    with SimulatedUpstream(Slow(60, default="203.0.113.5")) as upstream:
        filterdns = running(upstream.port, NO_PAGES)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(8)
            udp.connect(("127.0.0.1", filterdns.port))
            udp.send(query("silent.example"))
            wait_until(lambda: bool(upstream.asked), 5, "the question upstream")
            begun = time.monotonic()
            assert filterdns.stop() == 0
            assert time.monotonic() - begun < 7
            assert rcode(udp.recv(4_096)) == 2


def test_without_any_usable_list_it_resolves_and_says_so_until_there_is_one(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES, overlay={"own/adult.yaml": "nonsense"})
    say(filterdns, "NOT FILTERING")
    assert "filterdns_not_filtering 1.0" in filterdns.metrics()
    assert rcode(filterdns.ask(query("open.example"))) == 0
    assert rcode(filterdns.ask(query("childhelplineinternational.org"))) == 0
    (filterdns.state / "lists" / "own" / "adult.yaml").unlink()
    assert filterdns.process is not None
    filterdns.process.send_signal(signal.SIGHUP)
    wait_until(lambda: rcode(filterdns.ask(query(LISTED))) == 3, 10, "filtering")
    wait_until(lambda: "filterdns_not_filtering 0.0" in filterdns.metrics(), 3, "the metrics to say so")


def test_memory_at_idle_stays_within_its_bound(running: Start, port: int) -> None:
    filterdns = running(port, NO_PAGES)
    assert "filterdns_workers 1.0" in filterdns.metrics()
    wait_until(lambda: len(filterdns.processes()) == 4, 5, "supervisor, worker, metrics and keeper alone")
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in filterdns.processes()]
    kib = [int(found[1]) for text in rollups if (found := re.search(r"^Pss:\s+(\d+)", text, re.M))]
    assert len(kib) == 4
    assert sum(kib) / 1024 <= MOST_IDLE_MIB


def test_a_school_sees_a_category_once_ten_devices_asked(running: Start, port: int) -> None:
    school = {"school": True, "profiles": {"pupils": {"template": "age8-12"}}, "default_profile": "pupils"}
    filterdns = running(port, NO_PAGES | school)
    assert "filtered_today{" not in filterdns.metrics()
    for device in range(1, 11):
        assert "filtered_today{" not in filterdns.metrics()
        assert rcode(filterdns.ask_tcp(query("gambling.filterdns.test"), source=f"127.0.1.{device}")) == 3
    line = 'filterdns_filtered_today{category="gambling",profile="pupils"} 10.0'
    wait_until(lambda: line in filterdns.metrics(), 5, "the category to be shown")


def test_no_name_and_no_address_is_ever_written(running: Start, port: int) -> None:
    filterdns = running(port)
    names = ["secret-question.example", "secret-tcp.example"]
    for _ in range(3):
        filterdns.ask(query(names[0]), source="127.0.0.77")
        filterdns.ask_tcp(query(names[1]), source="127.0.0.78")
    (worker,) = workers(filterdns)
    written = [filterdns.metrics()]
    time.sleep(1.1)  # the counters of this second are laid down
    written.append(filterdns.metrics())
    os.kill(worker, signal.SIGKILL)
    say(filterdns, "started again")
    assert filterdns.stop() == 0
    written.append(filterdns.output())
    files = [file for file in filterdns.state.rglob("*") if file.is_file()]
    octets = "\n".join(written).encode() + b"".join(file.read_bytes() for file in files)
    for secret in (b"secret-question", b"secret-tcp", b"127.0.0.77", b"127.0.0.78"):
        assert secret not in octets


def test_sockets_of_systemd_are_served_and_systemd_is_told(running: Start, port: int, tmp_path: Path) -> None:
    """As a unit with `Sockets=` and `Type=notify-reload` starts it, by a parent that lays the descriptors."""
    path = tmp_path / "notify"
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
    ):
        udp.bind(("127.0.0.1", 0))
        systemd.bind(str(path))
        systemd.settimeout(20)
        given = udp.getsockname()[1]
        config = tmp_path / "config.yaml"
        config.write_text(
            f'dns: ["127.0.0.1:{free_port()}"]\npages: "off"\nmetrics: "off"\nupstreams: ["127.0.0.1:{port}"]\n'
            "lists: {update: false}\n",
            encoding="utf-8",
        )
        pid = os.posix_spawnp(
            "sh",
            ["sh", "-c", f'LISTEN_PID=$$ exec "$PYTHON" -m filterdns serve --config {config} --state {tmp_path}/state'],
            os.environ | {"LISTEN_FDS": "1", "NOTIFY_SOCKET": str(path), "PYTHON": sys.executable},
            file_actions=[(os.POSIX_SPAWN_DUP2, udp.fileno(), 3)],
        )
        try:
            assert systemd.recv(200).startswith(b"READY=1")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(5)
                client.sendto(query(LISTED), ("127.0.0.1", given))
                assert rcode(client.recv(4_096)) == 3
            os.kill(pid, signal.SIGHUP)
            assert systemd.recv(200).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
            assert systemd.recv(200).startswith(b"READY=1")
            os.kill(pid, signal.SIGTERM)
            assert systemd.recv(200) == b"STOPPING=1"
        finally:
            os.kill(pid, signal.SIGTERM)
            assert os.waitpid(pid, 0)[1] == 0
