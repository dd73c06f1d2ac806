"""The real `filterdns serve` with two workers: a suspension and its end reach both, whatever they have kept."""

from __future__ import annotations

import time
from collections.abc import Callable

from click.testing import CliRunner

from filterdns.cli.lists_suspend import command
from filterdns.lists.revocations import Revocation, revocations_file, write_revocations
from tests.messages import query
from tests.resolver.serving.load import Load
from tests.resolver.serving.test_life import LISTED, NO_PAGES, workers
from tests.resolving import parsed
from tests.running import Running, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream

Start = Callable[..., Running]
MOST_SECONDS = 5.0
MOST_LATE_SECONDS = 0.25  # 50 ms on a machine that does nothing else
ASKED = 24  # each from another port: both workers get some
OVERLAY = {"own/gambling.txt": "casino.example\n"}
ALIAS = {("alias.example", "A"): ["alias.example. 300 CNAME casino.example.", "casino.example. 300 A 203.0.113.9"]}


def outcomes(filterdns: Running, name: str) -> set[tuple[int, bool]]:
    """(RCODE, whether there is an answer) of many queries."""
    found = [parsed(filterdns.ask(query(name))) for _ in range(ASKED)]
    return {(int(message.rcode()), bool(message.answer)) for message in found}


def suspend(filterdns: Running, *arguments: str) -> float:
    """The command; when it had written."""
    result = CliRunner().invoke(command, [*arguments, "--state", str(filterdns.state)])
    assert result.exit_code == 0, result.output
    return time.monotonic()


def test_a_suspension_and_its_end_reach_every_worker_within_five_seconds(running: Start) -> None:
    with SimulatedUpstream(Plain(ALIAS, default="203.0.113.5")) as upstream:
        filterdns = running(upstream.port, NO_PAGES | {"workers": 2}, OVERLAY)
        wait_until(lambda: len(workers(filterdns)) == 2, 5, "two workers")
        for name in (LISTED, "www.casino.example"):
            assert outcomes(filterdns, name) == {(3, False)}
        assert outcomes(filterdns, "alias.example") == {(0, False)}  # kept, and not to be seen
        for arguments, expected in (
            (["casino.example", "--reason", "we were late"], (0, True)),
            (["casino.example", "--end"], (3, False)),
            (["www.casino.example", "--reason", "a clinic"], (0, True)),
        ):
            begun = suspend(filterdns, *arguments)
            wait_until(lambda: outcomes(filterdns, "www.casino.example") == {expected}, MOST_SECONDS, "both workers")  # noqa: B023
            assert time.monotonic() - begun < MOST_SECONDS
            followed = "www" not in arguments[0] and expected[1]
            assert outcomes(filterdns, "alias.example") == {(0, followed)}
        assert outcomes(filterdns, "other.casino.example") == {(3, False)}
        assert outcomes(filterdns, LISTED) == {(3, False)}
        assert "casino" not in filterdns.output().replace("/own/gambling.txt", "")


def test_as_many_suspensions_as_there_may_be_make_nobody_wait(running: Start) -> None:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as upstream:
        filterdns = running(upstream.port, NO_PAGES, OVERLAY)
        rows = [
            Revocation(b"n%d.d%d.example" % (n, n % 3000), True, ("adult",), reason="x" * 60) for n in range(19_000)
        ]
        path = revocations_file(filterdns.state)
        without, whole = (
            write_revocations(rows, ""),
            write_revocations([*rows, Revocation(b"casino.example", True)], ""),
        )

        def write(octets: bytes) -> None:
            path.with_name("fresh").write_bytes(octets)
            path.with_name("fresh").replace(path)

        slowest: list[float] = []
        while len(slowest) < 3 and (not slowest or slowest[-1] >= MOST_LATE_SECONDS):  # others may have the machine
            write(without)
            wait_until(lambda: parsed(filterdns.ask(query("casino.example"))).rcode() == 3, MOST_SECONDS, "the first")
            with Load(filterdns.port, LISTED, 1000) as load:
                write(whole)
                wait_until(
                    lambda: parsed(filterdns.ask(query("casino.example"))).rcode() == 0, MOST_SECONDS, "the last"
                )
            assert load.lost == 0
            slowest.append(load.slowest)
        assert min(slowest) < MOST_LATE_SECONDS
