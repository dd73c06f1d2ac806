"""A verdict as people read it, and as programs do.

The JSON (documented in deploy/README.md) only ever gains keys; `version` rises when one changes its meaning.  What it
tells of lists (`listings[].list`, `first_seen`, `confirmed_on`, `review_due`, `expires` and `history`) has the keys of
the pages' API, which `transparency.reasons.record` documents; `listings[].listing` is what the release itself says.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from filterdns.cli.asked import type_text
from filterdns.cli.listing_text import history_lines, listing_lines
from filterdns.cli.verdict import Question, Verdict
from filterdns.config.settings import Settings
from filterdns.lists.revocations import Revocation
from filterdns.names import name_text
from filterdns.resolver.policy.decision import Step
from filterdns.transparency.reasons.record import history_record, list_record
from filterdns.unicode_names import to_unicode

JSON_VERSION = 1

_MARKS = {"decides": ">", "passed": " ", "not reached": "."}
_ANSWERED_HERE = {
    "local": "ANSWERED HERE: filterdns knows this name itself and asks nobody",
    "canary": "ANSWERED HERE: this is how browsers and devices ask whether to stay with this network's DNS; they shall",
    "malformed": "NOT ANSWERED: nobody can ask for this type",
    "refused": "REFUSED: this resolver does not answer such a query",
}


def as_json(question: Question, verdict: Verdict, settings: Settings, release: int) -> dict[str, Any]:
    """The verdict as JSON."""
    local = question.when.astimezone(ZoneInfo(question.profile.timezone))
    answer = verdict.answer
    return {
        "version": JSON_VERSION,
        "name": name_text(question.qname),
        "unicode": to_unicode(name_text(question.qname)),
        "type": type_text(question.qtype),
        "profile": question.profile.id,
        "client": question.client or None,
        "at": local.isoformat(timespec="seconds"),
        "release": release,
        "outcome": verdict.outcome,
        "filtered": verdict.outcome in ("filtered", "household"),
        "step": verdict.decision.step.name.lower() if verdict.decision else None,
        "category": _category(verdict) or None,
        "order": [{"step": step.step, "outcome": step.outcome, "reason": step.reason} for step in verdict.steps],
        "listings": [
            {
                "name": row.name,
                "category": row.category,
                "counts": row.counts,
                "revoked": row.revoked and _revoked(row.revoked),
                "decides": row.decides,
                "list": list_record(row.listing),
                "first_seen": _day(row.listing.first_seen),
                "confirmed_on": _day(row.listing.confirmed_on),
                "review_due": _day(row.listing.review_due),
                "expires": _day(row.listing.expires),
                "listing": row.details,
            }
            for row in verdict.listings
        ],
        "history": history_record(verdict.history, name_text(question.qname)),
        "answer": answer
        and {
            "rcode": answer.rcode,
            "records": list(answer.records),
            "ttl_seconds": answer.ttl_seconds,
            "extended_errors": [{"code": code, "text": text} for code, text in answer.errors],
        },
        "asked_upstream": None if answer else _servers(verdict, settings),
        "why": _why(verdict, question, settings) or None,
    }


def as_text(question: Question, verdict: Verdict, settings: Settings, release: int) -> list[str]:
    """The verdict in words, line by line."""
    local = question.when.astimezone(ZoneInfo(question.profile.timezone))
    who = f"{question.client}, profile {question.profile.id}" if question.client else f"profile {question.profile.id}"
    name = name_text(question.qname)
    people_read = to_unicode(name)
    asked = f"{name} {type_text(question.qtype)}" + (f" ({people_read})" if people_read != name else "")
    lines = [
        f"{asked} for {who}, {local:%a %Y-%m-%d %H:%M %Z}, release {release}",
        "",
        _headline(question, verdict, settings),
        *_answer(verdict, settings),
    ]
    if verdict.listings:
        lines += ["", "Listings that cover the name (> decides):", *listing_lines(verdict.listings)]
    elif verdict.decision is not None:
        lines += ["", "No listing covers the name."]
    if verdict.history:
        lines += ["", "Known of it besides:", *history_lines(verdict.history, name)]
    if verdict.steps:
        lines += ["", "Order of decision, the first that applies decides:"]
        lines += [
            f" {_MARKS[step.outcome]} {number:2} {step.title:<22}{step.reason or step.outcome}"
            for number, step in enumerate(verdict.steps, 1)
        ]
    if why := _why(verdict, question, settings):
        lines += ["", f"More, and how to disagree: {why}"]
    return lines


def _headline(question: Question, verdict: Verdict, settings: Settings) -> str:
    if not question.may_ask:
        return "REFUSED: this address may not ask here (allowed_networks); it is on no network that may"
    decision = verdict.decision
    if verdict.outcome == "household":
        return "FILTERED by a rule of this household"
    if verdict.outcome == "filtered":
        step = decision.step.value if decision else ""
        return f"FILTERED as {_category(verdict)} ({step})" if _category(verdict) else f"FILTERED: {step}"
    if verdict.outcome == "forwarded":
        protected = decision is not None and decision.step in (Step.P1, Step.P2)
        return "OPEN, protected: help, health and learning are never filtered" if protected else "OPEN"
    if decision is not None:
        return "OPEN: a test name, answered here"
    return _ANSWERED_HERE.get(verdict.outcome, verdict.outcome.upper())


def _category(verdict: Verdict) -> str:
    decision = verdict.decision
    return decision.category.id if decision and decision.filtered and decision.category else ""


def _answer(verdict: Verdict, settings: Settings) -> list[str]:
    answer = verdict.answer
    if answer is None:
        return [
            f"  asked of {', '.join(_servers(verdict, settings)) or 'the resolvers of this system'}",
            "  names that the answer leads to (CNAME, SVCB) are looked at too, once it is there",
        ]
    lines = [f"  answer: {answer.rcode}" + (f", for at most {answer.ttl_seconds} s" if answer.ttl_seconds else "")]
    lines += [f"    {record}" for record in answer.records]
    lines += [
        f'  reason sent with it: EDE {code} "{text}"' if text else f"  EDE {code}" for code, text in answer.errors
    ]
    return lines


def _servers(verdict: Verdict, settings: Settings) -> list[str]:
    """The upstreams that would be asked; none for those of the system."""
    servers = settings.forwarded_zones[verdict.route - 1].servers if verdict.route else settings.upstreams
    return [str(server.address) for server in servers]


def _revoked(row: Revocation) -> dict[str, str | None]:
    return {"kind": row.kind, "since": row.since or None, "until": row.until or None, "reason": row.reason}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _why(verdict: Verdict, question: Question, settings: Settings) -> str:
    """The page about what decided, or about the name if there is anything to say of it."""
    told = verdict.listings or verdict.history or verdict.outcome in ("filtered", "household")
    if not settings.public_url or not told:
        return ""
    decided = [row.name for row in verdict.listings if row.decides]
    return f"{settings.public_url}/why/{decided[0] if decided else name_text(question.qname)}"
