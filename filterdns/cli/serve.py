"""`filterdns serve`: reads its few options by hand, then becomes the supervisor.

No click and no argparse: what this process imports stays in memory on a small machine as long as filterdns runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filterdns.cli.children import parts
from filterdns.cli.state import default_state
from filterdns.errors import FilterdnsError
from filterdns.resolver.supervisor import serve

USAGE = """\
Usage: filterdns serve [--config FILE] [--state DIR] [--no-pages]

  Start the filter. Without a configuration: DNS on port 1053 and pages on
  http://127.0.0.1:8053/, for this machine alone, with rules for a whole home.

Options:
  --config FILE  the configuration (try `filterdns config check FILE` first)
  --state DIR    where lists are kept; nothing is written elsewhere
  --no-pages     DNS alone, without the pages that explain it
  -h, --help     show this and stop
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `config` None: the embedded default."""

    config: Path | None = None
    state: Path | None = None
    pages: bool = True


class UsageFault(FilterdnsError):
    """Words after `serve` that are not its options."""


def parse_options(arguments: Sequence[str]) -> Options:
    """Options of `filterdns serve`, as `--state DIR` or `--state=DIR`. Raises UsageFault."""
    values: dict[str, Path] = {}
    pages = True
    rest = iter(arguments)
    for word in rest:
        option, equals, value = word.partition("=")
        if word == "--no-pages":
            pages = False
        elif option in ("--config", "--state"):
            value = value if equals else next(rest, "")
            if not value:
                raise UsageFault(f"{option}: expected a path behind it, got nothing")
            if option in values:
                raise UsageFault(f"{option}: expected once, got it twice")
            values[option] = Path(value)
        else:
            raise UsageFault(f"expected --config, --state or --no-pages, got {word!r}")
    return Options(values.get("--config"), values.get("--state"), pages)


def run(arguments: Sequence[str]) -> int:
    """Serve until told to stop; the exit code."""
    if "-h" in arguments or "--help" in arguments:
        print(USAGE, end="")
        return 0
    try:
        options = parse_options(arguments)
    except UsageFault as fault:
        print(f"filterdns serve: {fault}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    return serve(options.config, options.state or default_state(), parts(), pages=options.pages, out=tell)


def tell(line: str) -> None:
    """One line to the console, at once: it may be a pipe or a journal."""
    print(line, flush=True)
