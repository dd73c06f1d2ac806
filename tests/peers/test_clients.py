"""dig, kdig and dnsperf against the real program."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import find_peer
from tests.running import LOOPBACK, Running


def ask(program: str, filterdns: Running, *words: str) -> str:
    """What the client prints; dig and kdig take the same words here."""
    command = [find_peer(program), f"@{LOOPBACK}", "-p", str(filterdns.port), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stdout


@pytest.mark.parametrize("program", ["dig", "kdig"])
@pytest.mark.parametrize("options", [[], ["+tcp"], ["+noedns"], ["+edns"], ["+dnssec"], ["+bufsize=512"], ["+cdflag"]])
def test_an_address_is_found(program: str, options: list[str], behind_unbound: Running) -> None:
    said = ask(program, behind_unbound, "www.example.net", "A", *options)
    assert re.search(r"status: NOERROR", said), said
    assert re.search(r"www\.example\.net\.\s+\d+\s+IN\s+A\s+192\.0\.2\.1", said), said
    assert "WARNING" not in said


@pytest.mark.parametrize("program", ["dig", "kdig"])
def test_an_alias_is_followed(program: str, behind_unbound: Running) -> None:
    said = ask(program, behind_unbound, "alias.example.net", "AAAA")
    assert re.search(r"CNAME\s+www\.example\.net\.", said, re.IGNORECASE), said
    assert "2001:db8::1" in said


@pytest.mark.parametrize("program", ["dig", "kdig"])
def test_a_long_answer_is_cut_over_udp_and_whole_over_tcp(program: str, behind_unbound: Running) -> None:
    cut = ask(program, behind_unbound, "long.example.net", "TXT", "+ignore")
    assert re.search(r"flags:.* tc", cut, re.IGNORECASE), cut
    assert "0123456789abcdef" not in cut
    whole = ask(program, behind_unbound, "long.example.net", "TXT")
    assert whole.count("0123456789abcdef" * 15) == 8, whole


def test_dig_shows_why_a_name_is_filtered(behind_unbound: Running) -> None:
    said = ask("dig", behind_unbound, "adult.filterdns.test")
    assert "status: NXDOMAIN" in said
    assert re.search(r"EDE: 17 \(Filtered\): \(adult: http://\S+/why/adult\.filterdns\.test\)", said), said


def test_an_alias_into_a_listed_name_is_filtered(behind_unbound: Running) -> None:
    said = ask("dig", behind_unbound, "into.example.net")
    assert "192.0.2.2" not in said
    assert "EDE: 15 (Blocked)" in said, said


def test_what_nobody_knows_passes(behind_unbound: Running) -> None:
    said = ask("kdig", behind_unbound, "odd.example.net", "TYPE65280", "+ednsopt=65001:0102")
    assert re.search(r"TYPE65280\s+\\# 3 010203", said), said
    https = ask("dig", behind_unbound, "www.example.net", "HTTPS")
    assert "status: NOERROR" in https
    assert re.search(r"ANSWER: 1", https), https


def test_zone_transfers_other_classes_and_any(behind_unbound: Running) -> None:
    assert "Transfer failed" in ask("dig", behind_unbound, "example.net", "AXFR")
    assert "status: REFUSED" in ask("dig", behind_unbound, "version.bind", "TXT", "CH")
    assert "RFC8482" in ask("dig", behind_unbound, "www.example.net", "ANY")
    assert "BADVERS" in ask("dig", behind_unbound, "www.example.net", "+edns=1", "+noednsnegotiation")


def test_a_connection_is_kept_for_several_questions(behind_unbound: Running) -> None:
    words = ["+tcp", "+keepopen", "www.example.net", "A", "alias.example.net", "A"]
    said = ask("kdig", behind_unbound, *words)
    assert said.count("192.0.2.1") >= 2, said


@pytest.mark.parametrize("mode", ["udp", "tcp"])
def test_dnsperf_loses_nothing(mode: str, behind_unbound: Running, tmp_path: Path) -> None:
    names = ["www.example.net A", "alias.example.net A", "adult.filterdns.test A", "www.listed.example AAAA"]
    names += [f"host{number}.wild.example.net A" for number in range(200)]
    questions = tmp_path / "questions.txt"
    questions.write_text("\n".join(names) + "\n")
    command = [find_peer("dnsperf"), "-s", LOOPBACK, "-p", str(behind_unbound.port), "-d", str(questions), "-m", mode]
    said = subprocess.run(
        [*command, "-l", "2", "-c", "4", "-q", "50", "-b", "4096"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Queries lost:\s+0 ", said), said
    assert int(re.search(r"Queries completed:\s+(\d+)", said)[1]) > 2_000, said  # type: ignore[index]
    codes = dict(re.findall(r"(NOERROR|NXDOMAIN|SERVFAIL|REFUSED|FORMERR) (\d+)", said))
    assert set(codes) == {"NOERROR", "NXDOMAIN"}, said
