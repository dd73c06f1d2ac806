"""What it costs to make a release of real lists: CPU, memory of the process tree, octets written, size of the files.

    python -m tests.bench.list_build FOLDER [--changed 3] [--plain plain_read.py] [--keep STATE]

FOLDER holds lists named `<subject>.<origin>...`; each is mapped to a category by its subject and laid down as a kept
download that a person has accepted, so that nothing is fetched. `--synthetic N` makes N names instead of reading it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from filterdns.lists.census import Census
from filterdns.lists.copies import Copy, Journal, copy_path, store_journal
from filterdns.lists.manifest import read_manifest
from filterdns.lists.standing import Accepted, Standing, Standings
from filterdns.lists.standing_file import store_standings
from filterdns.yaml_lines import render_yaml

CATEGORIES = {
    "adult": "adult",
    "ads": "trackers",
    "bypass": "bypass_vpn",
    "chat": "messaging",
    "dating": "stranger_contact",
    "drugs": "age_goods",
    "gambling": "gambling",
    "games": "games",
    "gore": "gore",
    "hate": "hate",
    "junk": "trackers",
    "malware": "malware",
    "mixed": "adult",
    "nordic": "trackers",
    "phishing": "phishing",
    "piracy": "p2p",
    "ransomware": "malware",
    "redirect": "phishing",
    "safesearch": "adult",
    "scam": "fraud",
    "social": "social",
    "stalkerware": "malware",
    "synthetic": "adult",
    "tld": "malware",
    "tracking": "trackers",
    "typosquat": "phishing",
    "video": "video",
}
ZONES = (b"com", b"net", b"org", b"co.uk", b"de", b"xyz", b"com.br", b"info", b"ru", b"top")


def main() -> None:
    """Lay the lists down, build, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--changed", type=int, default=3, help="lists that change before the second build")
    parser.add_argument("--plain", type=Path, help="a yardstick to run on the same files before and after")
    parser.add_argument("--keep", type=Path, help="a state folder to use and to leave")
    parser.add_argument("--synthetic", type=int, default=0, help="names to make")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        state = options.keep or Path(temporary) / "state"
        folder = Path(temporary) / "lists"
        folder.mkdir()
        if options.synthetic:
            make_lists(folder, options.synthetic)
        else:
            for path in options.folder.iterdir():
                if path.name != "README.md":
                    shutil.copy(path, folder)
        files = sorted(folder.iterdir())
        keep_bytecode(Path(temporary) / "bytecode")
        if options.plain:
            subprocess.run([sys.executable, options.plain, *files], check=True)
        lay_down(files, state)
        report("full build", state, *build(state))
        report("nothing changed", state, *build(state))
        for path in files[:: max(1, len(files) // options.changed)][: options.changed]:
            change(path)
        lay_down(files, state)
        report(f"{options.changed} lists changed", state, *build(state))
        if options.plain:
            subprocess.run([sys.executable, options.plain, *files], check=True)


def keep_bytecode(folder: Path) -> None:
    """Let builds begin as they do where filterdns is installed: its modules are compiled once and not at each start."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    command = [sys.executable, "-m", "filterdns", "lists", "build", "--help"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def make_lists(folder: Path, count: int) -> None:
    """Names like real ones in ten lists: a third with three labels, a tenth in two lists."""
    draw = random.Random(7)
    files = [(folder / f"synthetic.{number}.txt").open("wb") for number in range(10)]
    for _ in range(count):
        label = b"%x" % draw.getrandbits(32) if draw.random() < 0.5 else draw.randbytes(5).hex().encode()
        name = b"x%b.%b" % (label, draw.choice(ZONES))
        if draw.random() < 0.35:
            name = b"%b.%b" % (draw.choice((b"www", b"m", b"cdn", b"a1")), name)
        draw.choice(files).write(name + b"\n")
        if draw.random() < 0.1:
            draw.choice(files).write(name + b"\n")
    for file in files:
        file.close()


def lay_down(files: list[Path], state: Path) -> None:
    """Make each file the accepted copy of a list."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    standings = Standings()
    (state / "downloads").mkdir(parents=True, exist_ok=True)
    sources = state / "lists" / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    for path in files:
        octets = path.read_bytes()
        sha256 = hashlib.sha256(octets).hexdigest()
        copy_path(state, sha256).write_bytes(octets)
        id_ = re.sub(r"[^a-z0-9]+", "-", path.name.lower())
        category = CATEGORIES[re.split(r"[.-]", path.name)[0]]
        url = f"https://lists.example/{path.name}"
        (sources / f"{id_}.yaml").write_text(render_yaml(page(id_, category, url)), encoding="utf-8")
        store_journal(state, Journal(id_, (Copy(sha256, len(octets), url, now, now),)))
        census = Census(sha256, "auto", lines=0, names=0, duplicates=0, rejected=0)
        standings = standings.put(id_, Standing(accepted=Accepted(census, now, "person")))
    store_standings(state, standings)


def page(id_: str, category: str, url: str) -> dict[str, object]:
    """A file of recipes with one list."""
    return {
        "keeper": {"name": id_},
        "home": "https://lists.example/",
        "licence": "unknown",
        "redistribute": False,
        "trusted_because": {"en": "for measuring"},
        "lists": [
            {
                "id": id_,
                "title": {"en": id_},
                "category": category,
                "urls": [url],
                "subdomains": True,
                "subdomains_reason": {"en": "for measuring"},
                "expected": {"least": 1, "most": 20_000_000},
                "switch": "on",
            }
        ],
    }


def change(path: Path) -> None:
    """As a list changes in a day: one line in a hundred goes, as many come."""
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for number, line in enumerate(lines) if number % 100]
    path.write_bytes(b"".join(kept) + b"".join(b"new-%d.example\n" % number for number in range(len(lines) // 100)))


def build(state: Path) -> tuple[float, float, int, float]:
    """Run `filterdns lists build`: CPU seconds, greatest PSS of the tree in MiB, octets written, wall seconds."""
    begun = time.monotonic()
    before = os.times()
    process = subprocess.Popen([sys.executable, "-m", "filterdns", "lists", "build", "--state", str(state)])
    most, written = 0, 0
    while process.poll() is None:
        most = max(most, sum(pss(pid) for pid in tree(process.pid)))
        written = max(written, io_written(process.pid))
        time.sleep(0.02)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, most / 1024, written, time.monotonic() - begun


def report(title: str, state: Path, cpu: float, mib: float, written: int, wall: float) -> None:
    """A line of figures."""
    number = (state / "current").read_text().strip()
    folder = state / "releases" / f"{int(number):08d}"
    manifest = read_manifest((folder / "manifest.json").read_bytes())
    sizes = {name: digest.octets for name, digest in manifest.files.items()}
    names = max(1, manifest.names)
    print(
        f"{title}: {manifest.names:,} names, {cpu:.2f} CPU s, {wall:.1f} s, at most {mib:.0f} MiB, "
        f"{written / 1e6:.1f} MB written; octets a name: index {sizes['index'] / names:.1f}, "
        f"listings and seen {(sizes['listings'] + sizes['seen']) / names:.1f}",
        flush=True,
    )


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def pss(pid: int) -> int:
    """Proportional set size in KiB; 0 for a process that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def io_written(pid: int) -> int:
    """Octets that a process has caused to be written to disk."""
    try:
        text = Path(f"/proc/{pid}/io").read_text()
    except OSError:
        return 0
    found = re.search(r"^write_bytes: (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
