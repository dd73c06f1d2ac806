"""What a casebook costs on a disk, in five minutes: `python -m tests.bench.casebook [--in FOLDER] [--database URL]`.

Appeals at 50 a second, a queue of 10,000 open cases, a flood of 100,000 appeals on 100,000 names, what the clock does
with it, and what it all takes on the disk.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from filterdns.config.settings import DeskSettings
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.lateness import due_events
from filterdns.transparency.casebook.casebook import Casebook, open_casebook
from tests.transparency.appeals.cases import BEGIN, RULES
from tests.transparency.casebook.appealing import a_receipt, appeal

RATE, SECONDS = 50, 20
OPEN, FLOOD = 10_000, 100_000
TEXT = "We are the clinic of a valley; nobody here can reach the page with our opening hours any more. " * 2


def main() -> None:
    """Fill a casebook and print what each thing took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in", dest="parent", type=Path, help="a folder on the disk that is asked about")
    parser.add_argument("--database", default="", help="a URL of PostgreSQL in place of SQLite")
    options = parser.parse_args()
    desk = DeskSettings(options.database)
    with tempfile.TemporaryDirectory(dir=options.parent) as folder:
        state = Path(folder)
        before = resident_octets()
        began = time.perf_counter()
        book = open_casebook(state, desk)
        print(f"begun in {time.perf_counter() - began:.2f} s; {(resident_octets() - before) / 2**20:.1f} MiB since")
        at_a_rate(book)
        fill(book, OPEN, "open")
        queue(book)
        fill(book, FLOOD, "flood")
        queue(book)
        clock(book)
        timed("check", book.check)
        if not desk.database:
            timed("backup", lambda: book.backup(state / "copy"))
            print(f"copy: {(state / 'copy').stat().st_size / 2**20:.1f} MiB, {per_case(book, state):.0f} octets a case")
        book.close()
        print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def at_a_rate(book: Casebook) -> None:
    """Appeals at their rate, each on a name of its own."""
    took = []
    begin = time.perf_counter()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, begin + number / RATE - time.perf_counter()))
        since = time.perf_counter()
        appeal(book, f"r{number}.example", receipt=a_receipt(text=TEXT, email="a@example.org"))
        took.append(time.perf_counter() - since)
    tell(f"appeal at {RATE} a second", took)


def fill(book: Casebook, number: int, word: str) -> None:
    since, cpu = time.perf_counter(), time.process_time()
    for n in range(number):
        appeal(book, f"{word}{n}.example", days=n % 9, claim=n % 50 == 0, receipt=a_receipt(text=TEXT))
    took, cpu = time.perf_counter() - since, time.process_time() - cpu
    each = f"{number / took:.0f} a second, {cpu / number * 1e6:.0f} us CPU each"
    print(f"{number} appeals one after the other: {took:.1f} s, {each}")


def queue(book: Casebook) -> None:
    for offset in (0, 5_000, 9_950):
        took = []
        for _ in range(30):
            since = time.perf_counter()
            book.open_cases(offset=offset, limit=50)
            took.append(time.perf_counter() - since)
        tell(f"50 cases of the queue from {offset} on", took)
    took = []
    for _ in range(10):
        since = time.perf_counter()
        book.count_open()
        took.append(time.perf_counter() - since)
    tell(f"count of {sum(book.count_open().values())} open cases", took)
    timed("50 of the queue, nobody's", lambda: book.open_cases(whose=""))
    timed("50 of the queue, somebody's", lambda: book.open_cases(whose="ada"))
    timed("50 of the queue, of a kind", lambda: book.open_cases(kinds=[e.PROPOSAL]))


def clock(book: Casebook) -> None:
    """A round of lateness, with the valve."""
    when = BEGIN + timedelta(days=10)
    found = timed("what the clock has to look at", lambda: book.due_before(when))
    valve = timed("the valve", lambda: book.valve(when, {"adult": 400_000}))
    dues = timed("what is due", lambda: due_events(found, when, RULES, valve, lambda name, category: None))
    print(f"{len(dues)} events of {len(found)} cases")
    timed("appended", lambda: book.append_due(dues[:5_000], when))
    timed("the valve after it", lambda: book.valve(when, {"adult": 400_000}))


def timed(what: str, call: Callable[[], object]) -> object:
    since = time.perf_counter()
    came = call()
    print(f"{what}: {(time.perf_counter() - since) * 1e3:.1f} ms")
    return came


def tell(what: str, took: list[float]) -> None:
    took.sort()
    at = {"median": 0.5, "p99": 0.99}
    print(f"{what}:", ", ".join(f"{word} {took[int(len(took) * part)] * 1e3:.2f} ms" for word, part in at.items()))


def per_case(book: Casebook, state: Path) -> float:
    return (state / "copy").stat().st_size / book.newest_event()


def resident_octets() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
