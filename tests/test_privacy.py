"""Nobody is watched: after a load of marked names from a marked address no file, output or metric knows them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages import query
from tests.running import LOOPBACK, Running, wait_until
from tests.scenarios.scenario import Reply
from tests.scenarios.sockets import ScriptedUpstream

CLIENT = "127.83.79.11"  # an address of loopback that nothing else has
LIMITED_CLIENT = "127.83.79.12"
MARKER = b"zqx7marker"  # in every name that is asked
LISTED = "listed-for-this-test.example"
CONFIGURATION = {"limits": {"rates": {"client_queries_a_second": 200, "client_burst": 400}}}


class Everything(dict[str, Reply]):
    """An upstream's script: an address for A, nothing for AAAA, failure for names with `fail`, silence for `silent`."""

    def get(self, question: str, default: object = None) -> Reply:  # type: ignore[override]
        name = question.split()[0]
        if "silent" in name:
            return Reply(silent=True)
        if "fail" in name:
            return Reply(rcode="SERVFAIL")
        if "absent" in name:
            return Reply(rcode="NXDOMAIN", authority=(f"{name}. 60 SOA ns.{name}. root.{name}. 1 2 3 4 60",))
        return Reply(answer=(f"{name}. 60 A 192.0.2.1",))


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Running]:
    """A filterdns that has answered every kind of query about marked names and still runs."""
    upstream = ScriptedUpstream()
    upstream.replies = Everything()
    filterdns = Running(tmp_path, CONFIGURATION, upstream.port, {"own/gambling.txt": f"{LISTED}\n"})
    try:
        filterdns.start()
        load(filterdns)
        yield filterdns
    finally:
        filterdns.stop()
        upstream.close()


def load(filterdns: Running) -> None:
    """Filtered, missed, cached, absent, failing, silent, malformed, refused and limited, over UDP and TCP."""
    marker = MARKER.decode()
    names = [f"{marker}-{kind}-{number}.example.net" for kind in ("found", "absent", "fail") for number in range(5)]
    names += [f"{marker}-{number}.{LISTED}" for number in range(5)] + [
        f"{marker}.adult.filterdns.test",
        f"{marker}.local",
    ]
    for name in names:
        for ask in (filterdns.ask, filterdns.ask, filterdns.ask_tcp):
            assert ask(query(name, edns=1232), source=CLIENT) is not None, name
    assert filterdns.ask(query(f"{marker}-silent.example.net"), source=CLIENT, seconds=8) is not None
    for wire in odd(query(f"{marker}-odd.example.net", edns=1232)):
        filterdns.ask(wire, seconds=0.1, source=CLIENT)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind((LIMITED_CLIENT, 0))
        for number in range(2_000):
            client.sendto(query(f"{marker}-flood-{number}.example.net"), (LOOPBACK, filterdns.port))
    half = socket.create_connection((LOOPBACK, filterdns.port), source_address=(CLIENT, 0))
    half.sendall(b"\0\x50" + query(f"{marker}-half.example.net")[:20])
    half.close()


def odd(wire: bytes) -> list[bytes]:
    """The same marked name in queries that are refused or broken."""
    return [
        wire[:-4],
        wire + b"behind",
        wire[:4] + b"\0\2" + wire[6:],
        wire[:2] + b"\x21\0" + wire[4:],
        query(f"{MARKER.decode()}-transfer.example.net", "AXFR"),
        query(f"{MARKER.decode()}-chaos.example.net", "TXT", rdclass="CH"),
        query(f"{MARKER.decode()}-norecursion.example.net", flags=0),
    ]


def forms(name: bytes) -> list[bytes]:
    return [name, name.upper(), name.hex().encode(), name.decode().encode("utf-16-le")]


def address_forms(address: str) -> list[bytes]:
    packed = socket.inet_aton(address)
    return [address.encode(), packed, packed.hex().encode(), f"::ffff:{address}".encode()]


def searched() -> list[bytes]:
    return [*forms(MARKER), *address_forms(CLIENT), *address_forms(LIMITED_CLIENT)]


def test_no_file_no_output_and_no_metric_knows_a_name_or_an_address(loaded: Running) -> None:
    metrics = loaded.metrics()
    assert "filterdns_queries" in metrics
    open_files = files_written_by(loaded.processes())
    assert loaded.stop() == 0
    places = {str(path): path.read_bytes() for path in loaded.state.rglob("*") if path.is_file()}
    assert any(path.endswith("/index") for path in places), "the state folder is where things are written"
    places |= {"output": loaded.log.read_bytes(), "metrics": metrics.encode()}
    for place, octets in places.items():
        for marker in searched():
            assert marker not in octets, f"{marker!r} in {place}"
    strangers = [path for path in open_files if not path.startswith((str(loaded.state), str(loaded.log)))]
    assert not strangers, f"written outside the state folder: {strangers}"


def files_written_by(processes: list[int]) -> set[str]:
    """Regular files that are open for writing in these processes."""
    found = set()
    for pid in processes:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target, flags = os.readlink(entry), Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text()
            except OSError:
                continue
            mode = int(next(line.split()[1] for line in flags.splitlines() if line.startswith("flags")), 8)
            if target.startswith("/") and not target.startswith(("/dev/", "/proc/")) and mode & 0o3:
                found.add(target)
    return found


def test_a_worker_that_dies_leaves_no_name_behind(loaded: Running) -> None:
    """What a crash says goes to the output: it names the fault and the place in the code, not what was asked."""
    worker = loaded.processes()[1:]
    before = loaded.output()
    for pid in worker:
        os.kill(pid, 6)  # SIGABRT: the interpreter may say something on its way out
    wait_until(lambda: loaded.output() != before, 10, "the supervisor says that a process died")
    wait_until(lambda: loaded.ask(query("adult.filterdns.test"), seconds=0.3) is not None, 15, "an answer again")
    for marker in searched():
        assert marker not in loaded.log.read_bytes()
