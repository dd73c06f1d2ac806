"""The pages' process: routes, listening, following the current release, stopping on SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from aiohttp import web

from filterdns.clock import Clock
from filterdns.config.settings import Address, Role, Settings
from filterdns.errors import DataFault, StateFault
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder
from filterdns.transparency.public.decisions import DecisionBook
from filterdns.transparency.public.helplines import HelpByCountry
from filterdns.transparency.web.api import no_cases
from filterdns.transparency.web.appeal_elsewhere import AppealElsewhere
from filterdns.transparency.web.connections import BoundedServer
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.decisions_pages import DECISIONS, FEED, DecisionsPages
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.forms import Forms
from filterdns.transparency.web.headers import carry
from filterdns.transparency.web.help_pages import HelpPages
from filterdns.transparency.web.hosts import OurHosts
from filterdns.transparency.web.lists_pages import ADD_LIST, BACK, LIST, LISTS, ORDER, ListsPages
from filterdns.transparency.web.log_files import PREFIX, LogFiles
from filterdns.transparency.web.log_pages import CHECKER, LOG, LogPages
from filterdns.transparency.web.many import ManyNames
from filterdns.transparency.web.numbers_page import CSV, JSON, NUMBERS, NumbersPages
from filterdns.transparency.web.pages import Pages
from filterdns.transparency.web.rates import PUBLIC, Admission, PageLimits
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import FORM_ALONE, READING, WITH_FORM, Guard, Route, say_fault
from filterdns.transparency.web.site_pages import SitePages
from filterdns.transparency.web.templates import FORMS_STYLE, NUMBERS_STYLE, fixed_file
from filterdns.transparency.web.why_routes import why_routes

# Imported at a publisher alone: they bring the libraries of the casebook, which a home has no use for.
CASEBOOK, DESK = "filterdns.transparency.casebook.casebook", "filterdns.transparency.desk.desk"
APPEALS = "filterdns.transparency.web.appeal_routes"

NICE = 5  # names are answered before pages, and pages before lists are kept (nice 10)
FOLLOW_SECONDS = 1.0  # how late a new release may be shown
DRAIN_SECONDS = 2.0


def run_pages(settings: Settings, state: Path, not_filtering: Callable[[], bool], shipped: Path | None = None) -> None:
    """Serve the pages on `settings.pages` until SIGTERM or SIGINT. Raises StateFault if nothing can listen there.

    `shipped`: the lists that come with the program, if they are not where they are.
    """
    if settings.pages is None:
        raise StateFault("expected an address for the pages, got none")
    asyncio.run(_serve(settings, settings.pages, state, not_filtering, shipped))


async def _serve(
    settings: Settings, address: Address, state: Path, not_filtering: Callable[[], bool], shipped: Path | None
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_say_loop_fault)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    limits = PUBLIC if settings.role is Role.PUBLISHER else PageLimits()
    clock = Clock()
    current = CurrentRelease(state, say, settings)
    app = make_app(settings, current, load_taxonomy(), clock, limits, lambda: not not_filtering(), shipped)
    runner = make_runner(app, limits)
    await runner.setup()
    assert runner.server is not None
    try:
        server = await loop.create_server(
            BoundedServer(runner.server, limits.connections, loop), address.host, address.port, reuse_address=True
        )
    except OSError as error:
        await runner.cleanup()
        raise StateFault(f"pages: {address}: cannot listen: {error.strerror or error}") from error
    with suppress(OSError):  # that a sandbox forbids it
        os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    gc.freeze()
    async with server:
        while not stop.is_set():
            current.follow()
            try:
                await asyncio.wait_for(stop.wait(), FOLLOW_SECONDS)
            except TimeoutError:
                pass
    await runner.cleanup()


def make_app(
    settings: Settings,
    current: CurrentRelease,
    taxonomy: CategoryTable | None,
    clock: Clock,
    limits: PageLimits,
    is_filtering: Callable[[], bool],
    shipped: Path | None = None,
    appeal_limits: Any = None,
) -> web.Application:
    """The application with all routes behind the guard."""
    renderer = Renderer(is_filtering)
    reasons = Reasons(settings, current, taxonomy, clock)
    near = PageLimits() if settings.role is Role.PUBLISHER else limits
    admission = Admission(limits, near, clock)
    many = ManyNames(reasons, renderer, admission.admits)
    shipped = shipped or shipped_folder()
    site = SitePages(settings, current, taxonomy, renderer, limits)
    book = DecisionBook(current.state, taxonomy, say)
    decisions = DecisionsPages(settings, book, renderer)
    log = LogPages(settings, current, renderer)
    helps = HelpByCountry((shipped, current.state / "lists"), say)
    helping = HelpPages(helps, clock, renderer)
    casebook = open_publishers(settings, current.state) if settings.role is Role.PUBLISHER else None
    desk = import_module(DESK).Desk(settings, casebook, taxonomy, reasons, clock, renderer) if casebook else None
    numbers = NumbersPages(settings, current, taxonomy, clock, renderer, casebook)
    appeals = None  # nobody's texts, deadlines and publication are known without the taxonomy
    if casebook and taxonomy:
        appeals = import_module(APPEALS).AppealRoutes(
            settings, casebook, taxonomy, reasons, clock, renderer, helps.hosts, appeal_limits
        )
    pages = Pages(settings, reasons, renderer, many, appeals.challenges if appeals else None)
    guard = Guard(OurHosts(settings), admission, renderer, None if settings.role is Role.PUBLISHER else pages.closed)
    lists = ListsPages(settings, shipped, current.state, clock, renderer, Forms())

    sheets = {each.path: each.octets for each in map(fixed_file, (FORMS_STYLE, NUMBERS_STYLE))}

    async def style(request: web.Request) -> web.StreamResponse:
        return renderer.fixed(renderer.style, "text/css")

    async def lists_style(request: web.Request) -> web.StreamResponse:
        return renderer.fixed(renderer.lists_style, "text/css")

    async def sheet(request: web.Request) -> web.StreamResponse:
        return renderer.fixed(sheets[request.path], "text/css")

    async def icon(request: web.Request) -> web.StreamResponse:
        return renderer.fixed(renderer.icon, "image/svg+xml")

    async def nothing(request: web.Request) -> web.StreamResponse:
        raise web.HTTPNotFound

    async def close(app: web.Application) -> None:
        lists.close()
        decisions.close()
        if desk is not None:
            desk.close()
        numbers.close()
        if appeals is not None:
            appeals.close()
        if casebook is not None:
            casebook.close()

    app = web.Application(client_max_size=1)  # no route reads a body but those with forms, which bound it themselves
    app.on_cleanup.append(close)
    app.on_response_prepare.append(carry)
    routes: dict[str, Route] = {
        "/": site.front,
        **why_routes(settings, reasons, renderer, pages, many, is_filtering, appeals.cases_of if appeals else no_cases),
        "/process": site.on_and_off,
        "/categories": site.categories,
        "/limits": site.limits,
        "/privacy": site.privacy,
        "/api": site.api,
        "/about": site.about,
        DECISIONS: decisions.page,
        FEED: decisions.feed,
        NUMBERS: numbers.page,
        JSON: numbers.json,
        CSV: numbers.csv,
        LOG: log.log,
        CHECKER: log.checker,
        "/help": helping.help,
        "/help/{country}": helping.country,
        renderer.style_path: style,
        renderer.lists_style_path: lists_style,
        **dict.fromkeys(sheets, sheet),
        renderer.icon_path: icon,
    }
    if settings.role is Role.PUBLISHER:
        # Whoever checks a whole log asks for thousands of small files that never change.
        files = guard.before(LogFiles(current.state).file, READING, Admission(near, near, clock))
        app.router.add_route("*", PREFIX + "{path:.+}", files)
    lists_routes: dict[str, tuple[Route, Sequence[str]]] = {
        LISTS: (lists.lists, READING),
        ADD_LIST: (lists.add, WITH_FORM),
        ORDER: (lists.order, FORM_ALONE),
        BACK: (lists.back, READING),
        LIST + "{id:.+}": (lists.one, READING),
    }
    # Every method: the guard answers those that we do not have, with the same headers.
    for path, route in routes.items():
        app.router.add_route("*", path, guard.before(route))
    for path, (route, methods) in lists_routes.items():
        app.router.add_route("*", path, guard.before(lists.only_here(route), methods))
    if appeals is None:
        for path, route in AppealElsewhere(settings, reasons, renderer).routes.items():
            app.router.add_route("*", path, guard.before(route))
    for path, (route, methods) in [
        *(desk.routes.items() if desk else ()),
        *(appeals.routes.items() if appeals else ()),
    ]:
        app.router.add_route("*", path, guard.before(route, methods))
    app.router.add_route("*", "/{rest:.*}", guard.before(nothing))
    return app


def open_publishers(settings: Settings, state: Path) -> Any:
    """The casebook of a publisher; None, and it is told, if it cannot be had: the other pages stand without it."""
    try:
        return import_module(CASEBOOK).open_casebook(state, settings.desk)
    except StateFault as fault:
        say(f"pages: nothing can be appealed or decided here: {fault}")
        return None


def make_runner(app: web.Application, limits: PageLimits) -> web.AppRunner:
    """A runner that logs nothing: aiohttp's own lines would hold addresses and names."""
    silent = logging.getLogger("filterdns.pages")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    return web.AppRunner(
        app,
        access_log=None,
        logger=silent,
        keepalive_timeout=limits.idle_seconds,
        lingering_time=0,
        max_line_size=limits.line_octets,
        max_field_size=limits.header_octets,
        shutdown_timeout=DRAIN_SECONDS,
    )


def load_taxonomy() -> CategoryTable | None:
    """The texts of the categories; without them listings are shown by the category's identifier alone."""
    try:
        return load_categories(shipped_folder() / "categories.yaml")
    except DataFault as fault:
        say(f"pages: categories are shown without their texts: {fault}")
        return None


def say(line: str) -> None:
    """One line to the console."""
    sys.stderr.write(f"{line}\n")


def _say_loop_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio would tell the peer's address and the request."""
    error = context.get("exception")
    if isinstance(error, BaseException):
        say_fault(error)
