"""Proof of inclusion: a page for people and a document that the one-file checker accepts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from filterdns.tlog import check_log
from tests.transparency.published import HASHED_NAME
from tests.transparency.web.served import Site

CHECKER = str(check_log.__file__)


def vkey_on(page: str) -> str:
    found = re.search(r"<code>(lists\.example/log\+[^<]+)</code>", page)
    assert found
    return found[1]


@pytest.mark.parametrize("name", ["casino.example", "nothing.example", HASHED_NAME])
def test_the_proof_of_a_name_convinces_the_checker_of_one_file(public_site: Site, tmp_path: Path, name: str) -> None:
    page = public_site.get(f"/why/{name}/proof").text
    file = tmp_path / "proof.json"
    file.write_text(public_site.get(f"/api/v1/why/{name}/proof").text, encoding="utf-8")
    command = [sys.executable, CHECKER, "--vkey", vkey_on(page), "--name-proof", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(file.read_text(encoding="utf-8"))
    document["categories"][0]["listed"] = not document["categories"][0]["listed"]
    file.write_text(json.dumps(document), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, timeout=30, check=False).returncode != 0


def test_the_page_says_what_is_proven_and_how_it_is_checked(public_site: Site) -> None:
    page = public_site.get("/why/casino.example/proof").text
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert re.search(r"Release 1 stands in the log as entry \d+\.", words)
    assert re.search(r"this very name is listed in: gambling one of \d+ names", words)
    assert "python3 check_log.py --vkey" in page
    assert "curl -o proof.json https://lists.example/api/v1/why/casino.example/proof" in page
    below = public_site.get("/why/www.casino.example/proof").text
    assert 'href="/why/casino.example/proof"' in below
    assert "in none of the" in below


def test_a_home_without_a_log_says_so_and_links_nothing(site: Site) -> None:
    assert site.get("/why/casino.example/proof").status == 404
    reply = site.get("/api/v1/why/casino.example/proof")
    assert (reply.status, json.loads(reply.text)) == (
        404, {"error": "this installation keeps no log with proofs of this release"},
    )  # fmt: skip
    assert "Proof from the log" not in site.get("/why/casino.example").text
    assert json.loads(site.get("/api/v1/why/casino.example/decisions").text) == {
        "name": "casino.example", "log": "", "decisions": [],
    }  # fmt: skip


def test_a_restricted_name_is_proven_as_one_that_is_not_listed(public_site: Site) -> None:
    one, other = (
        json.loads(public_site.get(f"/api/v1/why/{name}.filterdns.test/proof").text)
        for name in ("restricted-legal", "nothing-at-all")
    )
    assert [each["category"] for each in one["categories"]] == [each["category"] for each in other["categories"]]
    assert not any(each["listed"] for each in (*one["categories"], *other["categories"]))
    assert one["decisions"] == other["decisions"] == []
