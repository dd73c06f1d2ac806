"""A web feed for each name (Atom, RFC 4287): who wants to know when something changes subscribes, without account."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time
from xml.etree import ElementTree

from aiohttp import web

from filterdns.config.settings import Settings
from filterdns.errors import IndexFault, LogFault
from filterdns.transparency.reasons.feed import Item, items_of
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.typed import TypedFault
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.why_path import why_path

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"

_NO_XML = {code: None for code in range(32) if code not in (9, 10, 13)}  # XML 1.0 section 2.2


class Feeds:
    """Feeds of single names. They may be kept by the reader alone, who asks whether they have changed."""

    def __init__(self, settings: Settings, reasons: Reasons) -> None:
        self._site = settings.public_url.rstrip("/")
        self._reasons = reasons

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """The feed of a name; 304 for a reader who has it."""
        try:
            statement = self._reasons.get(request.match_info["typed"])
            items = self._items(statement) if statement else []
        except TypedFault:
            raise web.HTTPNotFound from None
        except (IndexFault, LogFault):
            statement = None
        if statement is None:
            raise web.HTTPServiceUnavailable
        octets = self._write(statement, items)
        tag = f'"{hashlib.sha256(octets).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in _tags(request.headers.get("If-None-Match", "")):
            return web.Response(status=304, headers=headers)
        return web.Response(body=octets, content_type=MEDIA_TYPE, charset="utf-8", headers=headers)

    def _items(self, statement: Statement) -> list[Item]:
        return items_of(statement, self._reasons.past(statement), self._reasons.current.log.origin)

    def _write(self, statement: Statement, items: Sequence[Item]) -> bytes:
        page = self._site + why_path(statement.name)
        feed = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
        _add(feed, "id", page)
        _add(feed, "title", f"Changes of {statement.shown}")
        _add(feed, "subtitle", "Why this name is open or closed, and what was decided about it.")
        _add(feed, "updated", _moment(items[0].at if items else self._built()))
        ElementTree.SubElement(feed, "link", {"rel": "self", "type": MEDIA_TYPE, "href": f"{page}/feed"})
        ElementTree.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
        _add(ElementTree.SubElement(feed, "author"), "name", "filterdns")
        for item in items:
            self._add_item(feed, item, page)
        octets: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
        return octets + b"\n"

    def _add_item(self, feed: ElementTree.Element, item: Item, page: str) -> None:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", page + item.id if item.id.startswith("#") else item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", _moment(item.at))
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
        if item.category:
            ElementTree.SubElement(entry, "category", {"term": item.category})
        _add(entry, "content", item.words)

    def _built(self) -> datetime:
        """The day of the release: what a feed without items was last looked at for."""
        shown = self._reasons.current.shown
        built = shown.built if shown else None
        return datetime.combine(built, time(), UTC) if built else datetime(1970, 1, 1, tzinfo=UTC)


def _add(parent: ElementTree.Element, name: str, words: str) -> None:
    ElementTree.SubElement(parent, name).text = words.translate(_NO_XML)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _tags(header: str) -> set[str]:
    """The entity tags of an If-None-Match header, compared weakly (RFC 9110 section 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}
