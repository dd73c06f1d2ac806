"""What reasons cost the resolver: answers alone, and beside a steady load of pages, in one run.

    python -m tests.bench.beside STATE [--rate 300] [--seconds 5] [--queries 5000]

STATE as in `tests.bench.why`.  `dnsperf` asks one `filterdns serve` for cached and for filtered names, in turn alone
and beside the pages: as fast as it can, and at a steady number of queries a second.  What an answer costs is the time
of the processor that those took who have the socket.  Four programs want a core each: the worker, the pages, dnsperf
and the one that asks for pages.  On fewer cores the most answers a second fall with what is left to share; what an
answer costs and what is lost tell whether the pages are in the way.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

from tests.bench.why import FORMS, WARM_SECONDS, Publisher, cpu_seconds, listeners, load, pool
from tests.conftest import find_peer
from tests.messages import query
from tests.peers.conftest import CONFIGURATION
from tests.resolving import parsed
from tests.running import LOOPBACK
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream

NAMES = 500  # of each kind
ROUNDS = 2  # the better one counts: others may have the machine
WANTED_CORES = 4
NXDOMAIN = 3


@dataclass(frozen=True)
class Answers:
    """What dnsperf saw, and what it cost."""

    a_second: float
    milliseconds: float  # on average
    lost: int
    cpu_microseconds: float  # an answer
    pages_p99: float = 0.0  # milliseconds; 0 without load

    def __str__(self) -> str:
        beside = f"; pages p99 {self.pages_p99:.1f} ms" if self.pages_p99 else ""
        return (
            f"{self.a_second:,.0f} answers a second, {self.milliseconds:.2f} ms each, {self.lost} lost, "
            f"CPU {self.cpu_microseconds:.1f} microseconds an answer{beside}"
        )


def main() -> None:
    """Serve, ask both, and print what became of the answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path)
    parser.add_argument("--rate", type=int, default=300, help="pages a second")
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement")
    parser.add_argument("--queries", type=int, default=5_000, help="a second, where they are steady")
    options = parser.parse_args()
    names = pool(options.state, int(options.rate * options.seconds))
    zone = {(name, "A"): [f"{name}. 3600 A 192.0.2.1"] for name in cached_names()}
    with SimulatedUpstream(Plain(zone, default="192.0.2.2")) as upstream, tempfile.TemporaryDirectory() as temporary:
        running = Publisher(Path(temporary), options.state, upstream.port, **CONFIGURATION)
        bench = Bench(running, Path(temporary), names, options.rate, options.seconds)
        try:
            bench.warm()
            for kind, asked in (("cached", cached_names()), ("filtered", bench.filtered_names())):
                for steady in (0, options.queries):
                    how = f"{steady:,} a second" if steady else "as fast as it can"
                    bench.compare(f"{kind}, {how}", asked, steady)
        finally:
            running.stop()
    cores = os.cpu_count() or 1
    if cores < WANTED_CORES:
        print(f"{cores} cores for {WANTED_CORES} programs: the most answers a second say how these were shared")


def cached_names() -> list[str]:
    """Names that the upstream knows for longer than all this takes."""
    return [f"host{number}.wild.example.net" for number in range(NAMES)]


class Bench:
    """One running publisher, asked in both ways."""

    def __init__(self, running: Publisher, folder: Path, names: list[str], rate: int, seconds: float) -> None:
        self._running, self._folder, self._names, self._rate, self._seconds = running, folder, names, rate, seconds
        self._workers = list(listeners(running.port, running.processes(), "udp"))

    def warm(self) -> None:
        """Pages are compiled, names are cached."""
        self._running.pages()  # they listen
        asyncio.run(load(self._running.pages_port, FORMS["page"], self._names, self._rate, WARM_SECONDS))
        for name in cached_names():
            assert parsed(self._running.ask(query(name))).answer

    def filtered_names(self) -> list[str]:
        """Names of the release that are closed here."""
        found = (name for name in dict.fromkeys(self._names) if name.isascii() and self._is_filtered(name))
        return [name for name, _ in zip(found, range(NAMES), strict=False)]

    def _is_filtered(self, name: str) -> bool:
        return parsed(self._running.ask(query(name))).rcode() == NXDOMAIN

    def compare(self, what: str, asked: Iterable[str], steady: int) -> None:
        """Print both and their ratios."""
        questions = self._folder / "questions.txt"
        questions.write_text("".join(f"{name} A\n" for name in asked))
        rounds = [asyncio.run(self._both(questions, steady)) for _ in range(ROUNDS)]
        alone = max((first for first, _ in rounds), key=lambda each: each.a_second / each.cpu_microseconds)
        beside = max((second for _, second in rounds), key=lambda each: each.a_second / each.cpu_microseconds)
        print(f"{what}\n  alone:  {alone}\n  beside: {beside}")
        print(
            f"  ratio:  answers {beside.a_second / alone.a_second:.2f}, "
            f"time {beside.milliseconds / alone.milliseconds:.2f}, "
            f"CPU {beside.cpu_microseconds / alone.cpu_microseconds:.2f}",
            flush=True,
        )

    async def _both(self, questions: Path, steady: int) -> tuple[Answers, Answers]:
        alone = await self._ask(questions, steady)
        pages = asyncio.create_task(
            load(self._running.pages_port, FORMS["page"], self._names, self._rate, self._seconds)
        )
        beside = await self._ask(questions, steady)
        took = await pages
        return alone, replace(beside, pages_p99=quantiles(took, n=100)[98])

    async def _ask(self, questions: Path, steady: int) -> Answers:
        where = ["-s", LOOPBACK, "-p", str(self._running.port), "-d", str(questions), "-b", "4096"]
        how = ["-c", "4", "-q", "100", "-l", f"{self._seconds:g}", *(["-Q", str(steady)] if steady else [])]
        before = sum(map(cpu_seconds, self._workers))
        dnsperf = await asyncio.create_subprocess_exec(
            find_peer("dnsperf"), *where, *how, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said = (await dnsperf.communicate())[0].decode()
        cpu = sum(map(cpu_seconds, self._workers)) - before
        answered = _number(r"Queries completed:\s+(\d+)", said)
        return Answers(
            a_second=_number(r"Queries per second:\s+(\S+)", said),
            milliseconds=_number(r"Average Latency \(s\):\s+(\S+)", said) * 1_000,
            lost=int(_number(r"Queries lost:\s+(\d+)", said)),
            cpu_microseconds=cpu / answered * 1_000_000,
        )


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])


if __name__ == "__main__":
    main()
