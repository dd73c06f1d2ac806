"""`sources/*.yaml`: one keeper of public lists and the lists that come from there, each a recipe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from urllib.parse import urlsplit

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryRow, CategoryTable
from filterdns.lists.fields import Fields, Texts
from filterdns.lists.recipe import AUTO, FORMATS, KINDS, OFFERED, ON, SWITCHES, Keeper, Recipe

MOST_URLS = 10  # mirrors included
MOST_URL_CHARACTERS = 2_000
MOST_NAMES = 50_000_000
MOST_HOURS = 24 * 366
MOST_ID_CHARACTERS = 60
MOST_ALLOWANCE = 1_000  # more hits on protected names than that are no oversight

DECISIONS = "decisions"
HOUSEHOLD_KEEPER = "this household"
HOUSEHOLD_REASON: Texts = {"en": "This household added the list itself."}

_is_id = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{MOST_ID_CHARACTERS - 1}}}\Z").match
_is_url_text = re.compile(r"[!-~]+\Z").match
_UNKNOWN_SIZE = (1, 5_000_000)
_NO_LICENCE = {"unknown", "none", "none stated", "not stated"}


class Layer(Enum):
    """Where a file of recipes lies, and so what it may say."""

    SHIPPED = "shipped"
    OVERLAY = "overlay"  # written by the installation's operator
    HOUSEHOLD = "household"  # the lists that a household added by itself


def parse(page: Fields, table: CategoryTable, file: str, layer: Layer) -> Iterator[tuple[Fields, Recipe]]:
    """(entry, recipe) of each list without a fault; `file` is how releases name the file."""
    of_keeper = _Page(page, layer)
    for entry in page.parts("lists"):
        before = len(entry.faults)
        recipe = of_keeper.recipe(entry, table, file)
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, recipe
    page.no_more()


class _Page:
    """What all lists of one keeper share."""

    def __init__(self, page: Fields, layer: Layer) -> None:
        self._layer = layer
        self._at_home = layer is Layer.HOUSEHOLD  # where most can be left out: the keeper is the household
        keeper = page.part("keeper")
        self._keeper = Keeper(
            name=keeper.text("name", 120),
            contact=keeper.text("contact", MOST_URL_CHARACTERS) if keeper.has("contact") else "",
            removal=_url(keeper, "removal", plain_too=True) if keeper.has("removal") else "",
        )
        keeper.no_more()
        self._home = "" if self._at_home and not page.has("home") else _url(page, "home", plain_too=True)
        self._licence = "" if self._at_home and not page.has("licence") else page.text("licence", 200)
        self._licence_url = _url(page, "licence_url", plain_too=True) if page.has("licence_url") else ""
        self._redistribute = page.flag("redistribute")
        if self._redistribute and self._licence.lower() in _NO_LICENCE:
            remedy = "without a licence nobody may pass it on"
            page.refuse("redistribute", "false for a list without a licence", "true", remedy)
        trusted = not self._at_home or page.has("trusted_because")
        self._trusted_because = page.texts("trusted_because", 600) if trusted else HOUSEHOLD_REASON

    def recipe(self, entry: Fields, table: CategoryTable, file: str) -> Recipe:
        id_ = entry.text("id", MOST_ID_CHARACTERS)
        if id_ and not _is_id(id_):
            entry.refuse("id", "an identifier of lower-case letters, digits and hyphens", f'"{id_}"')
        if entry.has("kind") and entry.word("kind", KINDS) == DECISIONS:
            entry.refuse("kind", "listings", "decisions", "decisions of a publisher come with the log")
        urls, path, plain_http = self._places(entry)
        least, most = self._expected(entry)
        category = self._category(entry, table)
        if entry.has("subdomains_reason") or not self._at_home:
            subdomains_reason = entry.texts("subdomains_reason", 400)
        else:
            subdomains_reason = HOUSEHOLD_REASON
        return Recipe(
            id=id_,
            title=entry.texts("title", 120).get("en", ""),
            category=category.id if category else "",
            keeper=self._keeper,
            home=self._home,
            called_there=entry.text("called_there", 120) if entry.has("called_there") else "",
            urls=urls,
            path=path,
            plain_http=plain_http,
            format=entry.word("format", (AUTO, *FORMATS)) if entry.has("format") else AUTO,
            licence=self._licence,
            licence_url=self._licence_url,
            redistribute=self._redistribute,
            subdomains=entry.flag("subdomains"),
            subdomains_reason=subdomains_reason,
            trusted_because=self._trusted_because,
            about=entry.texts("about", 600) if entry.has("about") else {},
            least=least,
            most=most,
            update_hours=entry.number("update_hours", 1, MOST_HOURS) if entry.has("update_hours") else 24,
            switch=self._switch(entry, category),
            recommended=_recommended(entry),
            protected_allowance=(
                entry.number("protected_allowance", 0, MOST_ALLOWANCE) if entry.has("protected_allowance") else 0
            ),
            household=self._at_home,
            where=f"{file}:{entry.line}",
        )

    def _category(self, entry: Fields, table: CategoryTable) -> CategoryRow | None:
        """The category, if this layer may import for it: what is shipped only where the table says so."""
        id_ = entry.text("category", 40)
        category = table.get(id_)
        usable = [row for row in table.categories if self._may_import(row)]
        if id_ and (category is None or category not in usable):
            expected = f"a category among {', '.join(row.id for row in usable)}"
            remedy = "no public list is taken for this one" if category else ""
            entry.refuse("category", expected, f'"{id_}"', remedy)
        return category

    def _may_import(self, row: CategoryRow) -> bool:
        return row.klass is not Class.LEGAL and (row.imports or self._layer is not Layer.SHIPPED)

    def _switch(self, entry: Fields, category: CategoryRow | None) -> str:
        if self._at_home and not entry.has("switch"):
            return ON
        switch = entry.word("switch", SWITCHES)
        by_itself = switch == ON and self._layer is Layer.SHIPPED
        if by_itself and category is not None and category.klass is not Class.SECURITY:
            expected = f"offered or never: {category.id} is no security category"
            entry.refuse("switch", expected, "on", "only malware, phishing and fraud come on by themselves")
        return switch

    def _expected(self, entry: Fields) -> tuple[int, int]:
        """Distinct names that are expected, least and most."""
        if self._at_home and not entry.has("expected"):
            return _UNKNOWN_SIZE
        before = len(entry.faults)
        part = entry.part("expected")
        least, most = part.number("least", 1, MOST_NAMES), part.number("most", 1, MOST_NAMES)
        part.no_more()
        if len(entry.faults) == before and not least < most:
            entry.refuse("expected", "least below most", f"{least} and {most}")
        return least, most

    def _places(self, entry: Fields) -> tuple[tuple[str, ...], str, str]:
        """Addresses, or a path, and why an address without TLS is accepted."""
        plain_http = entry.text("plain_http", 400) if entry.has("plain_http") else ""
        if entry.has("path"):
            if self._layer is Layer.SHIPPED:
                entry.refuse("path", "addresses in shipped files", "a path of one machine", "write `urls:`")
            elif entry.has("urls"):
                entry.refuse("path", "either `urls` or `path`", "both", "delete one")
            path = entry.text("path", MOST_URL_CHARACTERS)
            if path and (not path.startswith("/") or "\0" in path):
                entry.refuse("path", "a path from the root, /home/... or the like", f'"{path}"')
            return (), path, plain_http
        named = entry.text_list("urls", 1, MOST_URLS, MOST_URL_CHARACTERS)
        for number, url in named:
            expected = url_fault(url, plain_too=bool(plain_http))
            if expected:
                remedy = "or say in `plain_http` why it is trusted all the same" if url.startswith("http://") else ""
                entry.refuse_item("urls", number, expected, f'"{url}"', remedy)
        if plain_http and named and all(url.startswith("https://") for _, url in named):
            entry.refuse("plain_http", "an address without TLS that this is the reason for", "none", "delete it")
        return tuple(url for _, url in named), "", plain_http


def url_fault(url: str, plain_too: bool) -> str:
    """What was expected of an address; "" if it is one. Letters of other scripts are to be written as %-octets."""
    expected = "an address such as https://lists.example/names.txt"
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError too
    except ValueError:
        return expected
    if not _is_url_text(url) or parts.scheme not in ("https", "http") or not parts.hostname:
        return expected
    if parts.username is not None or parts.password is not None:
        return "an address without a name or password in it"
    if parts.scheme == "http" and not plain_too:
        return "an address with TLS, https://..."
    return ""


def _recommended(entry: Fields) -> bool:
    """Whether an offered list is among those that are switched on together."""
    recommended = entry.has("recommended") and entry.flag("recommended")
    if recommended and entry.get_text("switch") != OFFERED:
        entry.refuse("recommended", "an offered list", f'one that is "{entry.get_text("switch")}"', "delete it")
    return recommended


def _url(fields: Fields, key: str, plain_too: bool) -> str:
    url = fields.text(key, MOST_URL_CHARACTERS)
    if url and (expected := url_fault(url, plain_too)):
        fields.refuse(key, expected, f'"{url}"')
    return url
