"""Decisions as an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from gettext import NullTranslations
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from filterdns.transparency.public.decisions import Decision, DecisionsPage
from filterdns.transparency.public.words import decision_title
from filterdns.transparency.web.why_path import why_path

ATOM = "http://www.w3.org/2005/Atom"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

register_namespace("", ATOM)
_ENGLISH = NullTranslations()


def write_feed(found: DecisionsPage, site: str, origin: str, query: str) -> bytes:
    """The octets of the feed. `origin`: the log's, which makes the identifiers the same on every site that shows it."""
    feed = Element(f"{{{ATOM}}}feed")
    page = f"{site}/decisions" + (f"?{query}" if query else "")
    _add(feed, "id", f"tag:{_authority(origin)}:decisions" + (f"?{query}" if query else ""))
    _add(feed, "title", "Decisions on the lists of filterdns")
    _add(feed, "updated", _moment(max((decision.at for decision in found.decisions), default=EPOCH)))
    _add(SubElement(feed, f"{{{ATOM}}}author"), "name", origin)
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": page})
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": page.replace("/decisions", "/decisions.atom", 1)})
    for decision in found.decisions:
        _entry(feed, decision, site, origin)
    octets: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return octets


def _entry(feed: Element, decision: Decision, site: str, origin: str) -> None:
    entry = SubElement(feed, f"{{{ATOM}}}entry")
    title = decision_title(decision.kind, decision.action, _ENGLISH)
    about = ", ".join(text for text in (decision.name or decision.source, decision.category) if text)
    _add(entry, "id", f"tag:{_authority(origin)}:{decision.index}")
    _add(entry, "title", f"{title}: {about}" if about else title)
    _add(entry, "updated", _moment(decision.at))
    path = why_path(decision.name) if decision.name else f"/decisions?before={decision.index + 1}"
    SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": site + path})
    _add(entry, "summary", f"Basis: {decision.basis}. Entry {decision.index} of the log.")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _authority(origin: str) -> str:
    """Host and beginning of a tag URI (RFC 4151), and the path of the log in it."""
    host, _, path = origin.partition("/")
    return f"{host.partition(':')[0]},2026:filterdns/{path}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
