"""Coverage-guided fuzzing of one reader, by hand: `python -m tests.fuzz.guided READER [libFuzzer options]`.

Needs atheris, which is not in the lock. Without a limit it runs until it is stopped; `-max_total_time=600` ends it
after ten minutes. Note a run's length and its number of executions where you write down that nothing was found.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["filterdns"]):
    from tests.fuzz.readers import READERS

from tests.fuzz.seeds import seeds


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in READERS:
        sys.exit(f"{__doc__}\nreaders: {', '.join(READERS)}")
    reader = READERS[sys.argv.pop(1)]
    corpus = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if corpus is not None:
        corpus.mkdir(exist_ok=True)
        for number, seed in enumerate(seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, reader)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
