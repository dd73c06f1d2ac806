import subprocess
import sys
from pathlib import Path

import pytest

from filterdns.cli.serve import Options, UsageFault, parse_options, run


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], Options()),
        (["--config", "a.yaml", "--state", "s"], Options(Path("a.yaml"), Path("s"))),
        (["--state=s", "--no-pages"], Options(None, Path("s"), pages=False)),
    ],
)
def test_options_are_read_in_both_forms(arguments: list[str], options: Options) -> None:
    assert parse_options(arguments) == options


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--confg", "a.yaml"], "expected --config, --state or --no-pages, got '--confg'"),
        (["--config"], "--config: expected a path"),
        (["--config="], "--config: expected a path"),
        (["--state", "a", "--state", "b"], "got it twice"),
        (["a.yaml"], "got 'a.yaml'"),
    ],
)
def test_other_words_are_told(arguments: list[str], words: str) -> None:
    with pytest.raises(UsageFault, match=words):
        parse_options(arguments)


def test_a_wrong_option_ends_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--port", "53"]) == 2
    assert "Usage: filterdns serve" in capsys.readouterr().err


def test_serve_imports_nothing_that_is_not_needed_to_answer() -> None:
    """What the supervisor imports stays in memory, and in that of each worker."""
    program = (
        "import sys; sys.argv[1:] = ['serve', '--help']\n"
        "from filterdns.__main__ import main; main()\n"
        "import filterdns.resolver.supervisor\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    imported = set(done.stdout.splitlines()[-1].split())
    assert not imported & {"click", "yaml", "pydantic", "dnslib", "prometheus_client", "aiohttp", "jinja2", "argparse"}
