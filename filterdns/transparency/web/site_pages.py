"""The pages that tell what this is: the front, the way on and off, categories, limits, privacy, the API, who we are."""

from __future__ import annotations

from aiohttp import web

from filterdns.config.settings import Role, Settings
from filterdns.errors import FilterdnsError
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.release import OWN
from filterdns.transparency.numbers.notes import FollowedNotes
from filterdns.transparency.public import words
from filterdns.transparency.public.shares import Shares, count_shares
from filterdns.transparency.reasons.listing_words import GRADES
from filterdns.transparency.reasons.wording import AGES
from filterdns.transparency.reasons.words import PROFILES
from filterdns.transparency.web.current import CurrentRelease, OpenRelease
from filterdns.transparency.web.openapi import OPERATIONS, PREFIX
from filterdns.transparency.web.rates import PageLimits
from filterdns.transparency.web.render import Renderer

OTHERS = ("guest", "things", "whole-home")  # defaults that are no age


class SitePages:
    """One method a page. `table`: the taxonomy, None where it cannot be read."""

    def __init__(
        self,
        settings: Settings,
        current: CurrentRelease,
        table: CategoryTable | None,
        renderer: Renderer,
        limits: PageLimits,
    ) -> None:
        self._is_publisher = settings.role is Role.PUBLISHER
        self._publisher_site = site_of_log(settings.publisher.url) if settings.publisher else ""
        self._site = settings.public_url.rstrip("/")
        self._current, self._table, self._renderer, self._limits = current, table, renderer, limits
        self._notes = FollowedNotes(current.state) if self._is_publisher else None
        self._counted: tuple[OpenRelease, Shares | None] | None = None

    async def front(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.page(
            request,
            "front.html",
            is_publisher=self._is_publisher,
            release=self._current.shown,
            shares=self._shares(),
            share_titles=words.SHARES,
            notes=self._notes.get() if self._notes else None,
        )

    async def on_and_off(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(request, "process.html")

    async def categories(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(
            request,
            "categories.html",
            table=self._table,
            ages=AGES,
            others={profile: PROFILES[profile] for profile in OTHERS},
            classes=words.CLASSES,
            letters=words.LETTERS,
            publications=words.PUBLICATIONS,
            grades=GRADES,
        )

    async def limits(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(request, "limits.html")

    async def privacy(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(request, "privacy.html")

    async def api(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(
            request, "api.html", site=self._site, limits=self._limits, operations=OPERATIONS, prefix=PREFIX
        )

    async def about(self, request: web.Request) -> web.StreamResponse:
        return self._renderer.same_page(
            request, "about.html", is_publisher=self._is_publisher, publisher_site=self._publisher_site
        )

    def _shares(self) -> Shares | None:
        """The shares of the release in use, counted once for each; None if there is none or it cannot be read."""
        shown = self._current.shown
        if shown is None:
            return None
        if self._counted is None or self._counted[0] is not shown:
            self._counted = shown, _count(shown)
        return self._counted[1]


def site_of_log(url: str) -> str:
    """The site of a publisher whose log is at this address: `https://lists.example.org/log` has its pages beside it."""
    return url.rstrip("/").removesuffix("/log")


def _count(release: OpenRelease) -> Shares | None:
    try:
        own = (release.folder / OWN).read_text(encoding="ascii").split()
        manifest = release.manifest
        return count_shares(release.index, release.listings, own, manifest.listings, manifest.names_by_category)
    except (OSError, ValueError, FilterdnsError):  # gone meanwhile, or damaged: the page stands without them
        return None
