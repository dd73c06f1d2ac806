"""The units, as systemd itself reads them."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
PROGRAM = "/opt/filterdns/bin/filterdns"
PUBLISHER = "filterdns-publisher.service"
MOST_EXPOSURE = 1.5


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units beside each other, with a program that is there."""
    program = tmp_path / "filterdns"
    program.write_text(f"#!{sys.executable}\n")
    program.chmod(0o755)
    for name in ("filterdns.service", "filterdns.socket", PUBLISHER):
        (tmp_path / name).write_text((DEPLOY / name).read_text(encoding="utf-8").replace(PROGRAM, str(program)))
    return tmp_path


def analyze(peer: Callable[[str], str], *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [peer("systemd-analyze"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_finds_nothing_wrong(peer: Callable[[str], str], units: Path) -> None:
    done = analyze(peer, "verify", "--man=no", "./filterdns.service", "./filterdns.socket", folder=units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_finds_nothing_wrong_with_a_publisher(peer: Callable[[str], str], units: Path) -> None:
    done = analyze(peer, "verify", "--man=no", f"./{PUBLISHER}", folder=units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_publisher_is_held_as_tightly(peer: Callable[[str], str], units: Path) -> None:
    done = analyze(peer, "security", "--offline=true", "--no-pager", f"./{PUBLISHER}", folder=units)
    found = re.search(r"Overall exposure level for filterdns-publisher\.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= MOST_EXPOSURE


def test_the_exposure_is_as_small_as_the_readme_says(peer: Callable[[str], str], units: Path) -> None:
    done = analyze(peer, "security", "--offline=true", "--no-pager", "./filterdns.service", folder=units)
    found = re.search(r"Overall exposure level for filterdns\.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    quoted = re.search(r"an exposure of \*\*([\d.]+)\*\*", readme)
    assert quoted
    assert float(found[1]) <= MOST_EXPOSURE
    assert float(found[1]) == pytest.approx(float(quoted[1]), abs=0.2)  # newer versions look at more


def test_port_53_is_handed_over_for_udp_and_tcp_in_both_families() -> None:
    socket = (DEPLOY / "filterdns.socket").read_text(encoding="utf-8")
    for kind in ("ListenDatagram", "ListenStream"):
        assert re.findall(rf"^{kind}=(.+)$", socket, re.MULTILINE) == ["0.0.0.0:53", "[::]:53"]


def test_the_service_needs_no_privilege() -> None:
    service = (DEPLOY / "filterdns.service").read_text(encoding="utf-8")
    assert "\nCapabilityBoundingSet=\n" in service
    assert "\nDynamicUser=yes\n" in service
    assert "\nNoNewPrivileges=yes\n" in service
