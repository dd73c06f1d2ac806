"""kill -9 of `filterdns lists update` at any moment: the release in force is whole, and the next run mends all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from filterdns.errors import StateFault
from filterdns.lists.release import get_pointed, open_current, open_release, release_numbers, verify
from tests.lists.end_to_end.online import BETS, CASINO, NUDE, Online
from tests.running import wait_until
from tests.simulators.certificates import Authority

KILLS = 10


@contextmanager
def updating(here: Online, authority: Authority) -> Iterator[subprocess.Popen[str]]:
    """`filterdns lists update --force` as a process of its own, killed if it still runs at the end."""
    command = [sys.executable, "-m", "filterdns", "lists", "update", "--force", "--state", str(here.state)]
    environment = os.environ | {"SSL_CERT_FILE": str(authority.trust_file), "NO_PROXY": "*"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def until_asked(here: Online, process: subprocess.Popen[str]) -> None:
    """Wait for its first request: what comes before is the start of Python."""
    asked = len(here.server.asked)
    wait_until(lambda: len(here.server.asked) > asked or process.poll() is not None, 20, "a request", every=0.005)
    assert process.poll() is None, process.communicate()[0]


def test_release_in_force_is_whole_whenever_an_update_is_killed(here: Online, authority: Authority) -> None:
    random = Random(20261125)
    here.publish(CASINO, BETS, NUDE)
    here.server.misbehave(NUDE.file, "slow", octets=5000, pause=0.02)
    with updating(here, authority) as process:
        until_asked(here, process)
        began = time.monotonic()
        output, _ = process.communicate(timeout=60)
    lasts = time.monotonic() - began
    assert process.returncode == 0, output
    assert "asked for 3 lists: 3 new" in output

    ends = set()
    for number in range(KILLS):
        here.put(CASINO, [*CASINO.names(), *(f"fresh-{n}.example" for n in range(number + 1))])
        with updating(here, authority) as process:
            until_asked(here, process)
            time.sleep(random.uniform(0, lasts))
            process.kill()
            process.communicate()
        ends.add(process.returncode)
        release = open_current(here.state)
        verify(release)
        for older in release_numbers(here.state):  # a folder with a number is whole, or it is no release
            verify(open_release(here.state, older))
        assert here.closed(CASINO.names(), "gambling") == CASINO.count
        assert here.closed(NUDE.names(), "adult") == NUDE.count
        fresh = here.closed([f"fresh-{n}.example" for n in range(KILLS)], "gambling")
        assert fresh <= number + 1
    assert -9 in ends

    here.put(CASINO, [*CASINO.names(), "last.example"])
    before = get_pointed(here.state)
    with updating(here, authority) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert here.number > (before or 0)
    verify(here.release)
    assert here.found("last.example") == {"gambling"}
    assert here.found("fresh-0.example") == set()
    assert here.closed(BETS.names(), "gambling") == BETS.count
    assert leftovers(here.state) == []


def leftovers(state: Path) -> list[str]:
    """What nobody needs any more."""
    digests = {
        used.sha256 for number in release_numbers(state) for used in open_release(state, number).manifest.lists.values()
    }
    folders = [path.name for path in (state / "releases").iterdir() if not path.name.isdigit()]
    partial = [path.name for path in (state / "downloads" / "partial").glob("*")]
    assert digests
    return folders + partial


def test_only_one_fetches_and_one_that_was_killed_keeps_nobody_out(here: Online, authority: Authority) -> None:
    here.publish(BETS)
    here.server.misbehave(BETS.file, "silent")
    with updating(here, authority) as process:
        until_asked(here, process)
        with pytest.raises(StateFault, match="lists are being fetched already"):
            here.update(force=True)
        process.kill()
        process.communicate()
    here.server.behave(BETS.file)
    assert here.update(force=True).built
    assert here.closed(BETS.names(), "gambling") == BETS.count
