"""What every response carries: no script, no frame, no referrer, no index, nothing of our software's version; and the
response that leads on to another page.
"""

from __future__ import annotations

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "filterdns",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def see_other(location: str) -> web.Response:
    """On to another page of ours, from a form or a typed name (RFC 9110 section 15.4.4)."""
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


async def carry(request: web.Request, response: web.StreamResponse) -> None:
    """Give a response the headers that it does not have yet; aiohttp's own refusals come this way too."""
    for header, value in HEADERS.items():
        response.headers.setdefault(header, value)
    response.headers["Server"] = HEADERS["Server"]  # aiohttp has set its own by now
