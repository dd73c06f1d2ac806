"""A lists folder in which everything is right, and texts to put something wrong into it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from filterdns.lists.categories_file import RESTRICTED, CategoryTable
from tests.lists.entries import own_entry, protected_entry

DAY = "2026-11-24"

SOURCE = """\
keeper: {name: A university, contact: "https://lists.example/contact", removal: "https://lists.example/remove"}
home: https://lists.example/
licence: CC BY-SA 4.0
redistribute: true
trusted_because: {en: "Kept by people who can be asked."}
lists:
  - id: uni-gambling
    title: {en: "Gambling of a university"}
    category: gambling
    called_there: casinos
    urls: [https://lists.example/a, https://mirror.example/a]
    format: domains
    subdomains: true
    subdomains_reason: {en: "Registered domains."}
    expected: {least: 10, most: 60000}
    update_hours: 12
    switch: offered
"""
ALLOWANCE = """\
- name: shop.example
  scope: subdomains
  categories: [adult, gambling]
  reason: {en: "It sells books."}
  decided_on: 2026-11-01
  decided_by: maintainer
  kind: allow
"""
SERVICE = """\
- id: play
  name: Play
  category: games
  domains: [play.example, cdn.play.example]
  breaks: {en: "Nothing else."}
  about: {en: "Games."}
"""
REVIEWED = """\
- name: casino.example
  scope: subdomains
  scope_reason: the whole site is the casino
  definition: "1.0"
  basis: reviewed
  reason: {en: "Roulette for money."}
  evidence: [{grade: E2, on: 2026-11-20, lang: en, note: front page}]
  proposed_by: parent
  approvals:
    - {by: rev-17, org: school, on: 2026-11-22}
    - {by: rev-31, org: university, on: 2026-11-23}
  listed_on: 2026-11-24
"""
HOLD = """\
- name: help.example
  scope: exact
  reason: {en: compromised}
  contact: phone
  approvals: [{by: a, org: b, on: 2026-11-24}, {by: c, org: d, on: 2026-11-24}]
  listed_on: 2026-11-24
  expires: 2026-11-27
"""


def write(folder: Path, **files: str) -> None:
    """Write files: `own__games="..."` is own/games.yaml."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def entry_to_try(category: str, day: str = DAY) -> str:
    return own_entry(f"{category.replace('_', '-')}.filterdns.test", day).replace("starter", "test")


def write_right_folder(folder: Path, table: CategoryTable, day: str = DAY) -> None:
    """One entry or more of each kind, decided on this day, and a test name for each category."""
    end = (date.fromisoformat(day) + timedelta(days=3)).isoformat()
    for row in table.categories:
        if row.id != RESTRICTED:
            write(folder, **{f"own__{row.id}": entry_to_try(row.id)})
    write(
        folder,
        own__gambling=entry_to_try("gambling") + REVIEWED.replace(f"listed_on: {DAY}", f"listed_on: {day}"),
        own__games=entry_to_try("games") + own_entry("play.example", day),
        protected__p1=protected_entry("helpline.filterdns.test", "crisis") + protected_entry("help.example", "crisis"),
        protected__p2=protected_entry("health.filterdns.test", "health") + protected_entry("nhs.example", "health"),
        holds=HOLD.replace("2026-11-27", end).replace(DAY, day),
        allow__appeals=ALLOWANCE,
        services__games=SERVICE,
        shared__hosts="- {name: cdn.example, kind: cdn, why: {en: Many sites use it.}}\n",
        shared__popular="- {name: social.example, kind: social network, approved_for: [social]}\n",
        shared__safe_search="- {name: safe.search.example, of: A search engine}\n",
        sources__uni=SOURCE,
    )
