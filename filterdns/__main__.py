"""`python -m filterdns` and the entry point `filterdns`."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run one command; the exit code. `serve` is reached without click: its process stays, and click is 5 MiB of it."""
    if sys.argv[1:2] == ["serve"]:
        from filterdns.cli.serve import run

        return run(sys.argv[2:])
    # Numpy, where a command uses it, starts threads for matrices, of which there are none here: 0.04 s of each build.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from filterdns.cli.main import commands

    return commands.main(prog_name="filterdns", standalone_mode=True) or 0


if __name__ == "__main__":
    sys.exit(main())
