"""What any web server may carry of a publisher's log, carried by this one: files of `STATE/public/log` at `/log/`.

Tiles, bundles and what is called by its digest never change and may be kept for good; checkpoint and heads are asked
for anew after seconds, and answered with 304 while they are the same.  The alphabet of a path has no way out of the
folder, and no file behind a symbolic link is given.
"""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from filterdns.log.places import public_folder

PREFIX = "/log/"
FRESH_SECONDS = 5  # of what changes: a home asks every half hour, a witness at each checkpoint
TEXT = "text/plain; charset=utf-8"

# Each part begins with a letter or digit, so that none is `.` or `..` or hidden.
_PATH = re.compile(r"(?=.{1,300}\Z)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,8}\Z")
_DIGEST = r"[0-9a-f]{64}"
_IMMUTABLE = re.compile(
    rf"(tile/.+|(decisions|revocations)/{_DIGEST}(\.from\.{_DIGEST})?(\.gz)?|inputs/{_DIGEST}\.gz"
    rf"|releases/[0-9]+/(manifest|entry)\.json)\Z"
)
_TYPES = {".json": "application/json", ".gz": "application/gzip", ".tlog-proof": TEXT, ".head": TEXT}
_NAMED = {"checkpoint": TEXT, "policy": TEXT, "handovers": TEXT}


class LogFiles:
    """The files below the log's folder; there is no list of them."""

    def __init__(self, state: Path) -> None:
        self._folder = public_folder(state)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One file, or 404."""
        path = request.match_info["path"]
        if not _PATH.match(path):
            raise web.HTTPNotFound
        try:
            folder = self._folder.resolve(strict=True)
            file = (folder / path).resolve(strict=True)
        except (OSError, RuntimeError):
            raise web.HTTPNotFound from None
        if file != folder / path or not file.is_file():
            raise web.HTTPNotFound
        keep = "max-age=31536000, immutable" if _IMMUTABLE.match(path) else f"max-age={FRESH_SECONDS}"
        return web.FileResponse(
            file,
            headers={
                "Content-Type": _NAMED.get(path) or _TYPES.get(file.suffix, "application/octet-stream"),
                "Cache-Control": f"public, {keep}",
                # Anybody's page may check this log in a browser: all of it is public.
                "Access-Control-Allow-Origin": "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )
