"""What people decided, as statements: whole, keyed, and without what belongs to nobody else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from filterdns.lists import own_rules
from filterdns.lists.own_data import load_own_data
from filterdns.lists.revocations import EMERGENCY, SUSPENDED, Revocation
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.standing_file import load_standings
from filterdns.log.record.entries import DECISION, read_entry, write_entry
from filterdns.log.record.statements import MOST_STATEMENT_OCTETS, Body, write_body
from filterdns.log.recording.decided import COPY, KINDS, REVOCATION, Decided, Key, decided, revoked
from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import NOON, Home

REVIEWED = """\
- name: casino.example
  scope: subdomains
  scope_reason: the whole site is the casino
  definition: "1.0"
  basis: reviewed
  reason: {en: Roulette for money., th: Roulette.}
  evidence: [{grade: E2, on: 2026-11-20, lang: th, note: front page}]
  proposed_by: parent
  approvals:
    - {by: rev-17, org: school-association, on: 2026-11-21, sig: abc}
    - {by: rev-31, org: university, on: 2026-11-22}
  listed_on: 2026-11-23
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    return Home(shipped, tmp_path / "state")


def all_of(home: Home) -> dict[Key, Decided]:
    layer = home.overlay if home.overlay.is_dir() else None
    return decided(load_own_data(home.shipped, layer), load_standings(home.state))


def of(home: Home, kind: str) -> list[dict[str, Any]]:
    return [dict(each.statement) for (found, _), each in all_of(home).items() if found == kind]


def test_a_listing_is_told_with_all_that_its_reason_has(home: Home) -> None:
    home.write("own/gambling.yaml", REVIEWED)
    (said,) = of(home, "listing")
    assert said == {
        "v": 1,
        "kind": "listing",
        "key": "gambling casino.example overlay/own/gambling.yaml",
        "name": "casino.example",
        "category": "gambling",
        "scope": "subdomains",
        "scope_reason": "the whole site is the casino",
        "source": "overlay/own/gambling.yaml",
        "basis": "reviewed",
        "definition": "1.0",
        "reason": {"en": "Roulette for money.", "th": "Roulette."},
        "evidence": [{"grade": "E2", "on": "2026-11-20", "note": "front page", "lang": "th"}],
        "approvals": [
            {"by": "rev-17", "org": "school-association", "on": "2026-11-21", "sig": "abc"},
            {"by": "rev-31", "org": "university", "on": "2026-11-22"},
        ],
        "proposed_by": "parent",
        "listed_on": "2026-11-23",
        "review_due": "2027-11-23",
        "expires": "2028-05-23",
    }


def test_every_kind_is_there_once_with_its_own_words(home: Home) -> None:
    home.write("own/adult.yaml", own_entry("adult.example"))
    home.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    home.write("protected/p2.yaml", protected_entry("clinic.example", "health"))
    home.write(
        "holds.yaml",
        "- {name: clinic.example, scope: exact, reason: {en: broken into}, contact: by phone, listed_on: 2026-11-24, "
        "expires: 2026-11-26, approvals: [{by: a, org: b, on: 2026-11-24}, {by: c, org: d, on: 2026-11-24}]}\n",
    )
    allowed = "reason: {en: fine}, decided_by: panel, decided_on: 2026-11-24"
    home.write(
        "allow/ours.yaml",
        f"- {{name: shop.example, scope: exact, kind: allow, categories: [adult], {allowed}}}\n"
        f"- {{name: shop.example, scope: exact, kind: allow, categories: [gambling], {allowed}}}\n"
        f"- {{name: won.example, scope: subdomains, kind: pin, categories: all, {allowed}}}\n",
    )
    home.write("shared/hosts.yaml", "- {name: cdn.example, kind: cdn, why: {en: many}}\n")
    home.write("shared/popular.yaml", "- {name: social.example, kind: site, approved_for: [social]}\n")
    home.write("shared/safe_search.yaml", "- {name: safe.example, of: a search}\n")
    home.add_list("adult-a", "adult")
    home.switch(**{"adult-a": False})
    keys = list(all_of(home))
    assert keys == [
        ("taxonomy", "taxonomy"),
        ("protected", "p1 help.example overlay/protected/p1.yaml"),
        ("protected", "p2 clinic.example overlay/protected/p2.yaml"),
        ("hold", "hold clinic.example overlay/holds.yaml 2026-11-24"),
        ("shared_host", "host cdn.example"),
        ("shared_host", "popular social.example"),
        ("shared_host", "safe_search safe.example"),
        ("source", "adult-a"),
        ("source", "adult-a switch"),
        ("listing", "adult adult.example overlay/own/adult.yaml"),
        ("allowance", "shop.example overlay/allow/ours.yaml allow 2026-11-24"),
        ("allowance", "shop.example overlay/allow/ours.yaml allow 2026-11-24 2"),
        ("allowance", "won.example overlay/allow/ours.yaml pin 2026-11-24"),
    ]
    for key, each in all_of(home).items():
        assert key == (each.kind, each.key) == (each.statement["kind"], each.statement["key"])


def test_all_that_is_shipped_fits_into_entries_and_bodies() -> None:
    found = decided(load_own_data(shipped_folder(), None), load_standings(Path("/nowhere")))
    assert len(found) > 3_000
    assert {kind for kind, _ in found} <= set(KINDS)
    for each in found.values():
        entry = write_entry(DECISION, NOON, kind=each.kind, action="added", statement="0" * 64, **each.fields)
        assert read_entry(entry).fields["kind"] == each.kind
        assert len(write_body(Body(bytes(32), each.statement))) < MOST_STATEMENT_OCTETS
        assert each.is_open or "name" not in each.fields
    told = json.dumps([dict(each.statement) for each in found.values()])
    assert str(shipped_folder()) not in told


def test_hashed_categories_close_what_is_about_nothing_else(home: Home) -> None:
    home.write("own/selfharm.yaml", own_entry("harm.example"))
    common = "scope: exact, kind: allow, reason: {en: fine}, decided_by: panel, decided_on: 2026-11-24"
    home.write(
        "allow/ours.yaml",
        f"- {{name: closed.example, categories: [selfharm, gore], {common}}}\n"
        f"- {{name: open.example, categories: [selfharm, adult], {common}}}\n",
    )
    by_name = {each.statement["name"]: each for each in all_of(home).values() if "name" in each.statement}
    assert {name: each.is_open for name, each in by_name.items()} == {
        "harm.example": False,
        "closed.example": False,
        "open.example": True,
    }
    assert by_name["harm.example"].fields == {"category": "selfharm", "basis": "starter"}
    assert by_name["open.example"].fields["name"] == "open.example"


def test_what_people_decided_about_copies_stays_told(home: Home) -> None:
    home.add_list("adult-a", "adult")
    home.use("adult-a", ["a.example"])
    home.serve("adult-a", "<!DOCTYPE html><html>sorry</html>\n")
    home.update()
    home.deeds.keep_old("adult-a", home.when)
    (said,) = of(home, COPY)
    assert (said["what"], said["source"], said["category"]) == ("kept_old", "adult-a", "adult")
    assert len(said["sha256"]) == 64
    home.update()  # which the guard decides about, and no person
    assert len(of(home, COPY)) == 1


def test_nothing_of_the_household_is_told(home: Home) -> None:
    home.write("own/adult.mine.txt", "mine.example\n")
    page = "keeper: {name: this household}\nredistribute: false\nlists:\n"
    line = '  - {id: ours, title: {en: Ours}, category: adult, urls: ["https://l.example/o"], subdomains: true}\n'
    home.write("sources/household.yaml", page + line)
    home.switch(ours=False)
    assert [kind for kind, _ in all_of(home)] == ["taxonomy"]


def test_revocations_have_their_reasons(home: Home) -> None:
    table = load_own_data(home.shipped, None).table
    rows = [
        Revocation(b"a.example", True, (), "2026-11-24T12:00:00+00:00", "2026-12-01", "late", SUSPENDED),
        Revocation(b"b.example", False, ("gore",), reason="wrong", kind=EMERGENCY),
    ]
    first, second = revoked(table, rows).values()
    assert (first.kind, first.key) == (REVOCATION, "a.example suspended all")
    assert first.statement["reason"] == {"en": "late"}
    assert first.fields == {"name": "a.example", "scope": "subdomains", "category": "", "basis": "suspended"}
    assert second.fields == {"category": "gore", "basis": "emergency"}
    assert second.statement["name"] == "b.example"
