"""The one script of all our pages, and the two of the desk that may run it: everywhere else nothing runs."""

from __future__ import annotations

from aiohttp import web

from filterdns.transparency.web.headers import HEADERS
from filterdns.transparency.web.templates import fixed_file

SCRIPT = fixed_file("passkeys.js")

_POLICY = "Content-Security-Policy"


def let_script_run(page: web.Response) -> web.Response:
    """The page, in which a browser runs files of our own, and still nothing that stands in it."""
    page.headers[_POLICY] = HEADERS[_POLICY] + "; script-src 'self'"
    return page
