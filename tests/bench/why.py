"""What reasons cost at a publisher: latency, CPU and memory of the real pages under a steady load.

    python -m tests.bench.why STATE [--rate 300] [--seconds 20]

STATE is a state folder with a release and a log, such as `tests.bench.log --keep` leaves.  `filterdns serve` runs on
it; a pool of names (imported, listed by people, decided about, below a listed one, in other scripts, not listed) is
asked for at the rate, none twice in a row, for the page, JSON and the feed.  A request counts from the moment at which
it was due.  Then `hey` asks for single pages at the same rate.

Of the memory, `anonymous` is what the process has for itself and `dirty` what would be lost with it.  `clean` are pages
of the release's files that no other process has mapped at the moment: the system's cache, which it takes back at will
and which workers share as soon as they look there too.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

from filterdns.lists.index.walk import walk_index
from filterdns.lists.release import INDEX, OWN, map_file, open_current
from filterdns.names import name_text
from tests.running import LOOPBACK, Running, free_port, wait_until

CONNECTIONS = 32
WARM_SECONDS = 3.0
FORMS: dict[str, Callable[[str], tuple[str, str]]] = {
    "page": lambda name: (f"/why/{quote(name)}", "text/html"),
    "JSON": lambda name: (f"/api/v1/why/{quote(name)}", "application/json"),
    "feed": lambda name: (f"/why/{quote(name)}/feed", "application/atom+xml"),
}
REQUEST = "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nAccept-Language: en\r\n\r\n"
DECIDED = ("casino.example", "www.casino.example", "short.example", "stream.example", "bücher.example")
HEYS = 10


def main() -> None:
    """Serve, ask, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path)
    parser.add_argument("--rate", type=int, default=300, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20, help="of each load")
    options = parser.parse_args()
    names = pool(options.state, int(options.rate * options.seconds))
    with tempfile.TemporaryDirectory() as temporary:
        running = Publisher(Path(temporary), options.state)
        try:
            pages = running.pages()
            asyncio.run(load(running.pages_port, FORMS["page"], names, options.rate, WARM_SECONDS))
            for form, request in FORMS.items():
                before = cpu_seconds(pages)
                took = asyncio.run(load(running.pages_port, request, names, options.rate, options.seconds))
                report(form, took, cpu_seconds(pages) - before, pages)
            before = cpu_seconds(pages)
            took = hey(running.pages_port, names[:HEYS], options.rate, options.seconds)
            report("page, by hey", took, cpu_seconds(pages) - before, pages)
        finally:
            running.stop()


class Publisher(Running):
    """`filterdns serve` of a publisher on a state folder that is there already."""

    def __init__(self, folder: Path, state: Path, upstream_port: int = 0, **configuration: Any) -> None:
        mine = {"role": "publisher", "public_url": "https://bench.example", **configuration}
        super().__init__(folder, mine, upstream_port or free_port(), {})
        self.state = state
        self.start()

    def pages(self) -> int:
        """The process that listens for the pages."""
        found: list[int] = []
        wait_until(lambda: found.extend(listeners(self.pages_port, self.processes())) or found, 20, "the pages listen")
        return found[0]


def pool(state: Path, count: int) -> list[str]:
    """Names of every kind, mixed: half imported, the rest in equal parts of the others."""
    draw = random.Random(4)
    release = open_current(state)
    step = max(1, release.manifest.names // (2 * count))
    imported = [name_text(wire) for wire, _ in islice(walk_index(map_file(release.folder / INDEX)), 0, None, step)]
    own = (release.folder / OWN).read_text(encoding="utf-8").split()
    scripts = [name for name in imported if "xn--" in name] or imported
    kinds = [
        imported,
        imported,
        imported,
        own,
        [f"w{draw.getrandbits(30):x}.{name}" for name in imported],
        [f"w{draw.getrandbits(30):x}.example.org" for _ in range(count)],
        scripts,
        list(DECIDED),
    ]
    for names in kinds:
        draw.shuffle(names)
    return [next(names) for names in islice(cycle([cycle(names) for names in kinds]), count)]


async def load(
    port: int, form: Callable[[str], tuple[str, str]], names: list[str], rate: int, seconds: float
) -> list[float]:
    """Ask at a steady rate, whether or not answers come; milliseconds from when each was due to its end."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(Connection(*await asyncio.open_connection(LOOPBACK, port)))
    took: list[float] = []
    begun = asyncio.get_running_loop().time()

    async def ask(number: int, name: str) -> None:
        due = begun + number / rate
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        connection = await free.get()
        await connection.ask(*form(name))
        took.append((asyncio.get_running_loop().time() - due) * 1000)
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as group:
        for number, name in enumerate(islice(cycle(names), int(rate * seconds))):
            group.create_task(ask(number, name))
    while not free.empty():
        free.get_nowait().close()
    return took


class Connection:
    """One that is kept open. Raises AssertionError for any answer but 200."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, path: str, accept: str) -> None:
        self._writer.write(REQUEST.format(path=path, accept=accept).encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), (path, head)
        found = re.search(rb"(?i)content-length: (\d+)", head)
        assert found is not None, head
        await self._reader.readexactly(int(found[1]))

    def close(self) -> None:
        self._writer.close()


def hey(port: int, names: list[str], rate: int, seconds: float) -> list[float]:
    """One `hey` for each name, all at once, together at the rate; milliseconds of every request."""
    command = ["hey", "-z", f"{seconds:g}s", "-c", "1", "-q", f"{rate / len(names):g}", "-o", "csv"]
    urls = [f"http://{LOOPBACK}:{port}{FORMS['page'](name)[0]}" for name in names]
    asking = [subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True) for url in urls]
    rows = [row for each in asking for row in csv.DictReader(StringIO(each.communicate()[0]))]
    assert all(row["status-code"] == "200" for row in rows)
    return [float(row["response-time"]) * 1000 for row in rows]


def report(what: str, took: list[float], cpu: float, pid: int) -> None:
    """A line of figures."""
    parts = quantiles(took, n=100)
    print(
        f"{what}: {len(took):,} requests, p50 {parts[49]:.1f} ms, p99 {parts[98]:.1f} ms, most {max(took):.1f} ms; "
        f"CPU {cpu * 1000 / len(took):.2f} ms a request; {memory(pid)}",
        flush=True,
    )


def cpu_seconds(pid: int) -> float:
    """That a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> str:
    """What a process takes, in words."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = {field: int(kib) / 1024 for field, kib in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    kinds = {"anonymous": "Anonymous", "private dirty": "Private_Dirty", "clean": "Private_Clean", "Pss": "Pss"}
    return "MiB: " + ", ".join(f"{words} {found[field]:.1f}" for words, field in kinds.items())


def listeners(port: int, pids: list[int], protocol: str = "tcp") -> Iterator[int]:
    """Those of the processes that have the socket on this port: one that listens, or any of UDP."""
    waiting = {"tcp": "0A", "udp": "07"}[protocol]
    rows = [line.split() for line in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == waiting and int(row[1].rpartition(":")[2], 16) == port}
    for pid in pids:
        try:
            held = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            continue
        if held & sockets:
            yield pid


if __name__ == "__main__":
    main()
