"""Faults to plant in a right folder, one at a time: the file to add a text to, the text, and what is told of it.

`own/adult.yaml:9: what: got` is a fault, with `?` before it a warning.
"""

from __future__ import annotations

from tests.lists.entries import own_entry, protected_entry
from tests.lists.written import ALLOWANCE, HOLD, REVIEWED, SERVICE, SOURCE

Planted = tuple[str, str, str]

STARTER = own_entry("a.example")
CLINIC = protected_entry("a.example", "health")
OTHER_HOLD = HOLD.replace("help.example", "nhs.example")
OTHER_SOURCE = SOURCE.replace("uni-gambling", "other").replace("/a", "/b")
ORDER = own_entry(
    "o.example",
    more="  expires: 2027-01-01\n  order: {authority: court, law: act, jurisdiction: NO, reference: 1/2030}\n",
).replace("starter", "ordered")
FIRST, SECOND = "by: rev-17, org: school", "by: rev-31, org: university"


def starter(old: str, new: str = "") -> str:
    assert old in STARTER
    return STARTER.replace(old, new)


def reviewed(old: str, new: str = "") -> str:
    assert old in REVIEWED
    return REVIEWED.replace(old, new)


def proposed(by: str) -> str:
    return reviewed("proposed_by: parent", f"proposed_by: {by}")


def service(domain: str) -> str:
    return SERVICE.replace("id: play", "id: other").replace("cdn.play.example", domain)


def source(old: str, new: str = "") -> str:
    assert old in OTHER_SOURCE
    return OTHER_SOURCE.replace(old, new)


def allowance(old: str, new: str) -> str:
    return ALLOWANCE.replace(old, new)


# The entries before it take 7 lines in own/adult.yaml, 2 in protected/p1.yaml.
REFUSED: tuple[Planted, ...] = (
    # the file says the category
    ("own/politics", STARTER, "own/politics.yaml: : politics"),
    ("own/restricted_legal", STARTER, "own/restricted_legal.yaml: : one"),
    # reasons, days, scope
    ("own/adult", starter("  reason: {en: seen}\n"), "own/adult.yaml:8: [1].reason: nothing"),
    ("own/adult", starter("seen", "x" * 401), f'own/adult.yaml:13: [1].reason.en: "{"x" * 60}"'),
    ("own/adult", starter("  listed_on: 2026-11-24\n"), "own/adult.yaml:8: [1].listed_on: nothing"),
    ("own/adult", starter("  scope_reason: all of it\n"), "own/adult.yaml:8: [1].scope_reason: nothing"),
    (
        "own/adult",
        STARTER + "  review_due: 2028-01-01\n",
        "own/adult.yaml:8: [1].expires: 2026-11-24, 2028-01-01, 2027-02-22",
    ),
    # who decided
    ("own/adult", reviewed(f"    - {{{SECOND}, on: 2026-11-23}}\n"), "own/adult.yaml:16: [1].approvals: 1 of 1"),
    ("own/adult", reviewed("rev-31", "rev-17"), "own/adult.yaml:16: [1].approvals: 1 of 2"),
    ("own/adult", reviewed("org: university", "org: school"), "own/adult.yaml:16: [1].approvals: 2 of 1"),
    ("own/adult", proposed("{kind: reviewer, by: rev-17}"), "own/adult.yaml:17: [1].approvals[0]: rev-17"),
    ("own/adult", proposed("{kind: school, org: school}"), "own/adult.yaml:17: [1].approvals[0]: school"),
    ("own/adult", proposed("{kind: parent, by: Ann}"), 'own/adult.yaml:15: [1].proposed_by.by: "Ann"'),
    ("own/adult", proposed("Ann"), 'own/adult.yaml:15: [1].proposed_by: "Ann"'),
    ("own/adult", proposed("finance"), "own/adult.yaml:15: [1].proposed_by: finance"),
    ("own/adult", proposed("policy"), "own/adult.yaml:15: [1].proposed_by: policy"),
    ("own/adult", STARTER + "  proposed_by: machine\n", "own/adult.yaml:8: [1].approvals: 0"),
    ("own/adult", reviewed("on: 2026-11-23", "on: 2026-11-25"), "own/adult.yaml:19: [1].listed_on: 2026-11-24"),
    ("own/adult", reviewed(FIRST, FIRST + ", role: platform"), 'own/adult.yaml:17: [1].approvals[0]: "platform"'),
    ("own/adult", reviewed(FIRST, FIRST + ", role: parent"), "own/adult.yaml:17: [1].approvals[0]: parent"),
    ("own/hate", reviewed("grade: E2", "grade: E3"), "own/hate.yaml:16: [1].approvals: none"),
    (
        "own/adult",
        reviewed("  evidence: [{grade: E2, on: 2026-11-20, lang: en, note: front page}]\n"),
        "own/adult.yaml:8: [1].evidence: nothing",
    ),
    ("own/adult", reviewed("grade: E2", "grade: E1"), "own/adult.yaml:14: [1].evidence: E1"),
    # nothing about persons
    ("own/adult", STARTER + "  gender: f\n", 'own/adult.yaml:15: [1].gender: "gender"'),
    ("own/adult", reviewed(FIRST, FIRST + ", name: Ann"), 'own/adult.yaml:17: [1].approvals[0].name: "name"'),
    ("own/adult", reviewed(FIRST, FIRST + ", birth: 1980"), 'own/adult.yaml:17: [1].approvals[0].birth: "birth"'),
    # what is others', or belongs to many
    (
        "own/adult",
        own_entry("www.help.example"),
        "own/adult.yaml:8: [1].name: a protected one (protected/p1.yaml:2)",
    ),
    ("own/adult", own_entry("co.uk"), "own/adult.yaml:8: [1].approvals: 0"),
    ("own/adult", own_entry("cdn.example"), "own/adult.yaml:8: [1].approvals: 0"),
    ("own/adult", own_entry("social.example"), "own/adult.yaml:8: [1].approvals: 0"),
    (
        "own/adult",
        own_entry("safe.search.example"),
        "own/adult.yaml:8: [1].name: a safe-search target of A search engine",
    ),
    # protected names
    ("protected/p1", CLINIC, 'protected/p1.yaml:3: [2].kind: "health"'),
    ("protected/p2", CLINIC.replace(" kind: health,", ""), "protected/p2.yaml:3: [2].kind: nothing"),
    ("protected/p2", CLINIC.replace(" country: NO,", ""), "protected/p2.yaml:3: [2].country: nothing"),
    ("protected/p2", CLINIC.replace("NO", "UK"), 'protected/p2.yaml:3: [2].country: "UK"'),
    # holds
    ("holds", OTHER_HOLD.replace("11-27", "11-28"), "holds.yaml:14: [1].expires: 2026-11-28"),
    ("holds", OTHER_HOLD.replace("by: c", "by: a"), "holds.yaml:12: [1].approvals: 1 of 2"),
    # sources, allowances, services, shared names
    ("sources/other", source("licence: CC BY-SA 4.0\n"), "sources/other.yaml:1: licence: nothing"),
    (
        "allow/appeals",
        allowance("adult, gambling", "legal_order"),
        'allow/appeals.yaml:10: [1].categories[0]: "legal_order"',
    ),
    ("services/games", SERVICE.replace("id: play", "id: Play"), 'services/games.yaml:7: [1].id: "Play"'),
    ("shared/hosts", "- {name: b.example, kind: shop, why: {en: x}}\n", 'shared/hosts.yaml:2: [1].kind: "shop"'),
)

ACROSS: tuple[Planted, ...] = (
    # twice
    (
        "own/video.more",
        own_entry("video.filterdns.test").replace("starter", "test"),
        "own/video.yaml:1: video.filterdns.test: it again (first at own/video.more.yaml:1)",
    ),
    (
        "protected/p2.more",
        protected_entry("help.example", "health"),
        "protected/p2.more.yaml:1: help.example: it again (first at protected/p1.yaml:2)",
    ),
    (
        "shared/popular",
        "- {name: cdn.example, kind: cdn, approved_for: []}\n",
        "shared/popular.yaml:2: cdn.example: it again (first at shared/hosts.yaml:1)",
    ),
    ("services/more", SERVICE, "services/more.yaml:1: play: it again (first at services/games.yaml:1)"),
    (
        "sources/west",
        OTHER_SOURCE.replace("mirror.example/b", "lists.example/a"),
        "? sources/west.yaml:11: other: urls: https://lists.example/a again (first at sources/uni.yaml:7)",
    ),
    # against each other
    (
        "allow/more",
        allowance("shop.example", "casino.example"),
        "? own/gambling.yaml:8: casino.example: one that allow/more.yaml:1 allows",
    ),
    (
        "allow/more",
        allowance("shop.example", "github.io"),
        "? allow/more.yaml:2: github.io: scope: subdomains of a name that strangers share",
    ),
    ("holds", HOLD.replace("help", "shop"), "? holds.yaml:8: shop.example: one of a name that is not"),
    (
        "protected/p2",
        protected_entry("cdn.example", "health"),
        "? protected/p2.yaml:3: cdn.example: one that strangers share",
    ),
    # services
    ("services/more", service("x.help.example"), "services/more.yaml:4: other: domains: x.help.example"),
    ("services/more", service("co.uk"), "services/more.yaml:4: other: domains: co.uk"),
    ("services/more", service("cdn.example"), "services/more.yaml:4: other: domains: cdn.example"),
    ("services/more", service("safe.search.example"), "services/more.yaml:4: other: domains: safe.search.example"),
    ("services/more", service("nobody.example"), "? services/more.yaml:4: other: domains: nobody.example"),
    (
        "services/more",
        service("nobody.example, net").replace("  category: games\n", ""),
        'services/more.yaml:3: [0].domains[2]: "net"',
    ),
    # decided by the wrong ones, or by one
    ("own/legal_order", ORDER, "own/legal_order.yaml:12: o.example: basis: ordered"),
    (
        "sources/other",
        source("category: gambling", "category: fraud").replace("offered", "on"),
        "? sources/other.yaml:17: other: switch: those of A university alone",
    ),
    # over, or not looked at for long
    (
        "allow/more",
        allowance("kind: allow", "kind: pin").replace("2026-11-01", "2026-05-01"),
        "? allow/more.yaml:1: shop.example: until: 2026-10-28",
    ),
    (
        "protected/p2",
        CLINIC.replace("}", ", checked_on: 2026-05-24}"),
        "? protected/p2.yaml:3: a.example: checked_on: 2026-05-24",
    ),
    # read by nobody
    ("owm/games", STARTER, "? owm: : owm"),
)
