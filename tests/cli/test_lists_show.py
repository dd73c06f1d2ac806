"""What `filterdns lists show` says of a name that lists name: in force, in vain, or once."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.cli.lists_show import find_shown, lines_of, record_of
from filterdns.clock import day_number
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from tests.lists.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation with the real taxonomy and no names yet."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return Home(shipped, tmp_path / "state")


def told(home: Home, name: str, **later: float) -> str:
    when = home.when + timedelta(**later)
    return "\n".join(lines_of(find_shown(home.release, parse_name(name), (), day_number(when))))


def test_what_is_called_fraud_by_one_keeper_alone(home: Home) -> None:
    home.add_list("scams", "fraud")
    home.add_list("more-scams", "fraud")
    home.use("scams", ["shop.example", "trick.example"])
    home.use("more-scams", ["trick.example"])
    home.build()
    assert told(home, "www.shop.example").splitlines() == [
        "www.shop.example: no list in force names it or a name above it",
        "shop.example: named by List scams as fraud since 2026-11-24. "
        "It is not listed, because one keeper alone names it, and here two are needed.",
    ]
    assert told(home, "trick.example").count("trick.example and names below it: fraud") == 2
    assert "not listed" not in told(home, "trick.example")


def test_what_a_list_named_once(home: Home) -> None:
    for id_ in ("one", "two"):
        home.add_list(id_, "adult")
        home.use(id_, ["a.example", "other.example"])
    home.build()
    home.sleep(days=9)
    home.use("one", ["other.example"])
    home.build()
    assert "a.example: named by List one as adult from 2026-11-24 until 2026-11-24; it does so no more" in told(
        home, "a.example"
    )
    home.use("two", ["other.example"])
    home.build()
    assert told(home, "a.example").count("; nobody names it now") == 2


def test_what_a_list_names_for_itself_alone(home: Home) -> None:
    home.add_list("hosts", "games", subdomains=False)
    home.use("hosts", ["game.example"])
    home.build()
    assert "game.example alone: games" in told(home, "game.example")
    assert told(home, "www.game.example").splitlines() == [
        "www.game.example: no list in force names it or a name above it",
        "game.example: listed by hosts for itself alone, and not what lies below it",
    ]


def test_what_has_not_been_confirmed_for_too_long(home: Home) -> None:
    home.add_list("bad", "malware")
    home.use("bad", ["bad.example"])
    home.build()
    assert "bad.example and names below it: malware" in told(home, "bad.example")
    assert "not listed, because the list has not been confirmed for too long" in told(home, "bad.example", days=3_000)


def test_everything_about_a_listing(home: Home) -> None:
    home.add_list("bad", "malware", about={"en": "about"})
    home.use("bad", ["bad.example", "co.uk"])
    home.build()
    listing = told(home, "x.bad.example").splitlines()
    assert listing[:3] == [
        "bad.example and names below it: malware",
        "  list      List bad (bad), kept by bad",
        "  licence   CC0",
    ]
    assert "  basis     imported; no person has checked this" in listing
    assert "  since     2026-11-24, last confirmed 2026-11-24" in listing
    assert any(line.startswith("  until     review by ") and ", ends " in line for line in listing)
    why = "It is not listed, because strangers have sites of their own below it."
    assert f"co.uk: named as malware by bad. {why}" in told(home, "co.uk")
    assert record_of(find_shown(home.release, parse_name("co.uk"), (), 0))["set_aside"][0]["rule"] == "public_suffix"


def test_a_look_up_imports_nothing_that_builds_or_reads_what_people_wrote() -> None:
    program = "import sys, filterdns.cli.main, filterdns.cli.lists_show; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert "filterdns" in imported
    assert not imported & {"yaml", "aiohttp", "asyncio", "jinja2", "pydantic", "publicsuffixlist", "dnslib"}
