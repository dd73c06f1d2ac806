"""What every response carries: no script, no frame, no referrer, no index, nothing of our software's version."""

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


async def carry(request: web.Request, response: web.StreamResponse) -> None:
    """Give a response the headers that it does not have yet; aiohttp's own refusals come this way too."""
    for header, value in HEADERS.items():
        response.headers.setdefault(header, value)
    response.headers["Server"] = HEADERS["Server"]  # aiohttp has set its own by now
