"""Lists, own entries and decisions of a home as plain dicts, and what a release should say of them: the slow twin.

Nothing here is quick or clever: each question looks at every list and every rule again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import Home

P1, P2 = ("help.example",), ("clinic.example", "a.co.uk")
PROTECTED_AT_TIMES = ("n5.example", "n1.example")
SHARED = ("cdn.example",)
POPULAR = {"social.example": {"social"}, "big.example": set[str]()}
SAFE = ("safe.search.example",)
SUFFIXES = {"co.uk", "uk", "com", "github.io", "io", "ck", "any.ck", "n1.ck"}  # of the real list, as far as we go
OURS = "filterdns.test"
TOMBSTONE = timedelta(days=400)
EXACT, SUBDOMAINS = "exact", "subdomains"

NAMES = [
    *(
        "co.uk",
        "github.io",
        "any.ck",
        "n1.ck",
        "www.ck",
        "any.www.ck",
        "x.github.io",
        "a.co.uk",
        "x.a.co.uk",
        "b.co.uk",
    ),
    *("help.example", "www.help.example", "x.y.help.example", "clinic.example", "x.clinic.example", "ahelp.example"),
    *(
        "cdn.example",
        "www.cdn.example",
        "x.cdn.example",
        "safe.search.example",
        "search.example",
        "x.safe.search.example",
    ),
    *("social.example", "www.social.example", "x.social.example", "big.example", "www.big.example", "m.big.example"),
    *("a.filterdns.test", "shop.example", "www.shop.example", "x.shop.example", "win.example", "b.win.example"),
    *(f"n{number}.example" for number in range(12)),
    *(f"{label}.n{number}.example" for label in ("www", "x", "a.b.c") for number in range(4)),
    *(f"{label}-{number}.net" for label in ("0", "casino", "proxy", "zz") for number in range(3)),
]
OWN_NAMES = ("n0.example", "n1.example", "x.n1.example", "own.example", "shop.example", "win.example", "www.ck")
ALLOWED_NAMES = (
    "shop.example",
    "win.example",
    "x.n2.example",
    "n3.example",
    "casino-1.net",
    "b.co.uk",
    "www.shop.example",
)


@dataclass
class PublicList:
    id: str
    category: str
    keeper: str
    subdomains: bool
    is_on: bool = True
    content: dict[str, str] = field(default_factory=dict)  # name -> the scope that the list says, "" if it does not
    fetched: datetime | None = None  # when this content was first served; None: never fetched
    confirmed: datetime | None = None

    @property
    def text(self) -> str:
        forms = {"": "0.0.0.0 {}\n", EXACT: "|{}^\n", SUBDOMAINS: "||{}^\n"}
        return f"! {self.id}\n" + "".join(forms[scope].format(name) for name, scope in self.content.items())

    def scope(self, name: str) -> str:
        return SUBDOMAINS if self.subdomains and self.content[name] != EXACT else EXACT


@dataclass
class Allowed:
    name: str
    subdomains: bool
    categories: tuple[str, ...]
    kind: str  # allow or pin
    decided_on: date

    @property
    def until(self) -> date | None:
        return self.decided_on + timedelta(days=180) if self.kind == "pin" else None

    @property
    def entry(self) -> str:
        return (
            f"- {{name: {self.name}, scope: {SUBDOMAINS if self.subdomains else EXACT}, kind: {self.kind}, "
            f"categories: [{', '.join(self.categories)}], reason: {{en: it is fine}}, decided_by: maintainer, "
            f"decided_on: {self.decided_on}}}\n"
        )

    def is_about(self, name: str, today: date) -> bool:
        counts = self.until is None or today < self.until
        return counts and (name == self.name or (self.subdomains and name.endswith(f".{self.name}")))


Said = set[tuple[str, str, str]]  # (source, category, scope)


@dataclass
class World:
    home: Home
    draw: Random
    lists: dict[str, PublicList] = field(default_factory=dict)
    own: dict[tuple[str, str], tuple[str, date]] = field(default_factory=dict)  # (category, name) -> scope, listed on
    allowed: list[Allowed] = field(default_factory=list)
    named: dict[tuple[str, str], tuple[date, date | None]] = field(
        default_factory=dict
    )  # (name, source) -> first, last
    confirmed: dict[str, date] = field(default_factory=dict)  # of each source in the last release that used it
    before: dict[str, set[str]] = field(default_factory=dict)  # name -> categories in the last release
    p2: set[str] = field(default_factory=lambda: set(P2))

    def __post_init__(self) -> None:
        """What stays as it is."""
        home = self.home
        home.write("protected/p1.yaml", "".join(protected_entry(name, "crisis") for name in P1))
        self.write_protected()
        home.write(
            "shared/hosts.yaml", "".join(f"- {{name: {name}, kind: cdn, why: {{en: many}}}}\n" for name in SHARED)
        )
        popular = (
            f"- {{name: {name}, kind: site, approved_for: [{', '.join(approved)}]}}\n"
            for name, approved in POPULAR.items()
        )
        home.write("shared/popular.yaml", "".join(popular))
        home.write("shared/safe_search.yaml", "".join(f"- {{name: {name}, of: a search}}\n" for name in SAFE))
        for id_, category, keeper, subdomains in (
            ("adult-a", "adult", "A", True),
            ("adult-b", "adult", "B", False),
            ("fraud-a", "fraud", "A", True),
            ("fraud-a2", "fraud", "a", True),  # the same keeper, written otherwise
            ("fraud-b", "fraud", "B", True),
            ("social-a", "social", "A", True),
            ("malware-a", "malware", "A", True),
        ):
            self.lists[id_] = PublicList(id_, category, keeper, subdomains)
            self.add_list(self.lists[id_])

    # what changes

    def change(self) -> None:
        """One of the things that happen in a life."""
        often = [self.serve, self.confirm] * 3
        happening = self.draw.choice([*often, self.switch, self.list_own, self.allow, self.rewrite, self.protect])
        happening()

    def pass_by(self) -> None:
        days = self.draw.choice([0, 0, 1, 1, 1, 1, 3, 3, 30, 30, 170, 390, 410])
        self.home.sleep(days=days, hours=self.draw.choice([0, 1, 25]))

    def serve(self) -> None:
        each = self.draw.choice(list(self.lists.values()))
        kept = {name: scope for name, scope in each.content.items() if self.draw.random() < 0.8}
        new = self.draw.sample(NAMES, self.draw.choice([0, 1, 5, 25]))
        content = {**kept, **{name: self.draw.choice(["", EXACT, SUBDOMAINS]) for name in new}}
        if content == each.content and each.fetched:
            return
        each.content, each.fetched, each.confirmed = content, self.home.when, self.home.when
        self.home.use(each.id, each.text)

    def confirm(self) -> None:
        each = self.draw.choice(list(self.lists.values()))
        if each.fetched:
            each.confirmed = self.home.when
            self.home.use(each.id, each.text)

    def switch(self) -> None:
        each = self.draw.choice(list(self.lists.values()))
        each.is_on = not each.is_on
        self.home.switch(**{each.id: each.is_on for each in self.lists.values()})

    def rewrite(self) -> None:
        """Another recipe for the same list."""
        each = self.draw.choice([self.lists["social-a"], self.lists["adult-b"]])
        if self.draw.random() < 0.5:
            each.subdomains = not each.subdomains
        else:
            each.category = self.draw.choice(["social", "adult", "fraud"])
        self.add_list(each)

    def add_list(self, each: PublicList) -> None:
        self.home.add_list(each.id, each.category, keeper=each.keeper, subdomains=each.subdomains, format="adblock")

    def protect(self) -> None:
        self.p2 ^= {self.draw.choice(PROTECTED_AT_TIMES)}
        self.write_protected()

    def write_protected(self) -> None:
        self.home.write("protected/p2.yaml", "".join(protected_entry(name, "health") for name in sorted(self.p2)))

    def list_own(self) -> None:
        key = self.draw.choice(["adult", "games"]), self.draw.choice(OWN_NAMES)
        if key in self.own:
            del self.own[key]
        else:
            self.own[key] = (SUBDOMAINS, self.home.when.date())
        for category in ("adult", "games"):
            entries = [own_entry(name, on.isoformat()) for (of, name), (_, on) in self.own.items() if of == category]
            self.home.write(f"own/{category}.yaml", "".join(entries))

    def allow(self) -> None:
        name = self.draw.choice(ALLOWED_NAMES)
        if any(each.name == name for each in self.allowed):
            self.allowed = [each for each in self.allowed if each.name != name]
        else:
            categories = tuple(self.draw.sample(["adult", "fraud", "malware", "games"], self.draw.randrange(1, 4)))
            kind, subdomains = self.draw.choice(["allow", "pin"]), self.draw.random() < 0.5
            self.allowed.append(Allowed(name, subdomains, categories, kind, self.home.when.date()))
        self.home.write("allow/all.yaml", "".join(each.entry for each in self.allowed))

    # what a release should say

    @property
    def used(self) -> list[PublicList]:
        return [each for each in self.lists.values() if each.is_on and each.fetched]

    @property
    def every_name(self) -> set[str]:
        return {*NAMES, *OWN_NAMES, *ALLOWED_NAMES, *P1, *P2, "nobody.example"}

    def said(self, name: str) -> tuple[Said, Said]:
        """What is listed of exactly this name, and what was refused: (source, category, rule)."""
        listed: Said = set()
        refused: Said = set()
        for each in self.used:
            if name in each.content and not self.too_few(each.category, name):
                rule = self.rule_against(name, each.category) or self.taken_off(
                    name, each.category, each.confirmed, None
                )
                (refused if rule else listed).add((each.id, each.category, rule or each.scope(name)))
        for (category, of), (scope, listed_on) in self.own.items():
            if of == name:
                rule = "protected" if self.is_protected(name) else self.taken_off(name, category, None, listed_on)
                source = f"overlay/own/{category}.yaml"
                (refused if rule else listed).add((source, category, rule or scope))
        for level, names in (("p1", P1), ("p2", self.p2)):
            if name in names:
                listed.add((f"overlay/protected/{level}.yaml", level, SUBDOMAINS))
        return listed, refused

    def too_few(self, category: str, name: str) -> bool:
        keepers = {each.keeper.lower() for each in self.used if each.category == category and name in each.content}
        return category == "fraud" and len(keepers) < 2

    def rule_against(self, name: str, category: str) -> str:
        if name in SUFFIXES:
            return "public_suffix"
        if name.removeprefix("www.") in SHARED:
            return "shared_host"
        if name in SAFE:
            return "safe_search"
        if category not in POPULAR.get(name.removeprefix("www."), {category}):
            return "popular"
        if self.is_protected(name):
            return "protected"
        return "ours" if f".{name}".endswith(f".{OURS}") else ""

    def is_protected(self, name: str) -> bool:
        return any(f".{name}".endswith(f".{zone}") for zone in (*P1, *self.p2))

    def taken_off(self, name: str, category: str, confirmed: datetime | None, listed_on: date | None) -> str:
        today, is_security = self.home.when.date(), category in ("malware", "fraud", "phishing")
        about = [each for each in self.allowed if each.is_about(name, today) and category in each.categories]
        for each in sorted(about, key=lambda each: -len(each.name)):
            if each.kind == "allow":
                return "allowed"
            if confirmed and not (is_security and abs(self.home.when - confirmed) < timedelta(hours=24)):
                return "pinned"
            wait = timedelta(days=0 if is_security else 30)
            if listed_on and listed_on <= each.decided_on + wait:
                return "pinned"
        return ""

    def is_open_below(self, name: str) -> bool:
        today = self.home.when.date()
        zones = {*P1, *self.p2, OURS, *(each.name for each in self.allowed if each.until is None or today < each.until)}
        return any(zone.endswith(f".{name}") for zone in zones)

    def categories(self) -> dict[str, set[str]]:
        """Name -> the categories that it is listed in, protections left out."""
        found = {name: {category for _, category, _ in self.said(name)[0]} - {"p1", "p2"} for name in self.every_name}
        return {name: categories for name, categories in found.items() if categories}

    def remember(self) -> None:
        """What `seen` and the next delta have to tell, after a release was built."""
        today, used = self.home.when.date(), self.used
        for (name, source), (first, last) in list(self.named.items()):
            last = last or self.confirmed[source]
            self.named[name, source] = (first, last)
            is_named = any(each.id == source and name in each.content for each in used)
            if not is_named and today - last > TOMBSTONE:
                del self.named[name, source]
        for each in used:
            assert each.fetched is not None
            assert each.confirmed is not None
            self.confirmed[each.id] = each.confirmed.date()
            for name in each.content:
                first, _ = self.named.get((name, each.id), (each.fetched.date(), None))
                self.named[name, each.id] = (first, None)
        self.before = self.categories()

    def delta(self) -> Iterator[tuple[str, str, str]]:
        """What the release that comes next changes."""
        now = self.categories()
        for name in self.every_name:
            was, is_ = self.before.get(name, set()), now.get(name, set())
            yield from (("+", category, name) for category in is_ - was)
            yield from (("-", category, name) for category in was - is_)
