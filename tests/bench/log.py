"""What the log costs on a release of real lists: seconds and memory of its name trees, of a proof, of a whole build.

    python -m tests.bench.log FOLDER [--keep STATE]

FOLDER holds lists as `list_build` takes them.  The same change of lists is built without a log and with one.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from os import getpid
from pathlib import Path
from statistics import median

from filterdns.lists.categories_file import load_categories
from filterdns.lists.index.walk import walk_index
from filterdns.lists.release import INDEX, Release, map_file, open_current
from filterdns.lists.shipped import shipped_folder
from filterdns.log.keys.life import make_log
from filterdns.log.names.tree_file import TREES
from filterdns.log.names.tree_making import make_name_trees
from filterdns.log.names.trees import NameTrees
from filterdns.names import name_text
from tests.bench.list_build import build, change, lay_down, pss, report

PROOFS = 200


def main() -> None:
    """Build, record, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, help="a state folder to use and to leave")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        state, folder = options.keep or Path(temporary) / "state", Path(temporary) / "lists"
        shutil.copytree(options.folder, folder, ignore=shutil.ignore_patterns("README.md"))
        for path in folder.iterdir():
            path.chmod(0o644)
        files = sorted(folder.iterdir())
        lay_down(files, state)
        report("full build, no log", state, *build(state))
        change_some(files, state)
        report("3 lists changed, no log", state, *build(state))
        name_trees(open_current(state))
        make_log(state, "bench.example/log", Path(temporary) / "recovery", datetime.now(UTC))
        change_some(files, state)
        report("3 lists changed, first release in a log", state, *build(state))
        change_some(files, state)
        report("3 lists changed, in a log", state, *build(state))
        report("nothing changed, in a log", state, *build(state))


def change_some(files: list[Path], state: Path) -> None:
    """As three lists change in a day."""
    for path in files[:: max(1, len(files) // 3)][:3]:
        change(path)
    lay_down(files, state)


def name_trees(release: Release) -> None:
    """Make the trees in this process, and prove some names."""
    table = load_categories(shipped_folder() / "categories.yaml")
    gc.collect()
    before = pss(getpid())
    begun = time.perf_counter()
    directory = make_name_trees(release.folder, release.manifest, table)
    seconds = time.perf_counter() - begun
    leaves = sum(row.names for row in directory.trees)
    print(
        f"name trees: {release.manifest.names:,} names, {leaves:,} leaves, {seconds:.2f} s, "
        f"{(peak_kib() - before) / 1024:.0f} MiB at most, file {(release.folder / TREES).stat().st_size / 1e6:.1f} MB"
    )
    trees = NameTrees(release)
    took = []
    names = islice(walk_index(map_file(release.folder / INDEX)), 0, None, release.manifest.names // PROOFS)
    for wire, _ in names:
        begun = time.perf_counter()
        trees.prove("adult", name_text(wire))
        took.append((time.perf_counter() - begun) * 1000)
    print(
        f"proofs: first {took[0]:.1f} ms, then median {median(took):.1f} ms, slowest {max(took[1:]):.1f} ms", flush=True
    )


def peak_kib() -> int:
    """The most memory that this process had in its own pages and mapped files, in KiB."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
