"""What a deed writes into the lists folder: the file, the entry, and by which fields an older one is known. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from filterdns.lists.categories_file import CategoryRow, CategoryTable
from filterdns.lists.parse.holds import MOST_DAYS
from filterdns.lists.parse.own import MOST_REASON_CHARACTERS
from filterdns.lists.parse.protected import KINDS
from filterdns.transparency.appeals import deeds as d

ALLOW_FILE, HOLDS_FILE, PROTECTED_FILE = "allow/desk.yaml", "holds.yaml", "protected/p2.desk.yaml"
MOST_DECIDED_BY = 60  # characters, of `decided_by` in an allowance

_PROTECTED = "p2"
_CASE = ", case "  # before the number of the case in `decided_by`
_APPROVAL = ("by", "org", "on", "role", "sig")
_EVIDENCE = ("grade", "on", "note", "lang")


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of one file below a lists folder. `known_by`: the fields of an entry whose place it takes.

    Each case has a pin of its own, so that one that ends takes no other along.  `takes_away`: how `decided_by` of the
    entry ends that is taken away instead; empty: one is written.
    """

    file: str
    entry: Mapping[str, Any]
    known_by: tuple[str, ...]
    takes_away: str = ""

    def is_about(self, entry: object) -> bool:
        """Whether it takes the place of this entry, or takes it away."""
        return (
            isinstance(entry, Mapping)
            and all(entry.get(key) == self.entry[key] for key in self.known_by)
            and str(entry.get("decided_by", "")).endswith(self.takes_away or _case_in(self.entry))
        )

    @property
    def name(self) -> str:
        """The name that it is about."""
        return str(self.entry["name"])


def _case_in(entry: Mapping[str, Any]) -> str:
    """How `decided_by` ends of what a case has decided; "" of all else."""
    _, mark, case = str(entry.get("decided_by", "")).rpartition(_CASE)
    return f"{mark}{case}"


@dataclass(frozen=True, slots=True)
class About:
    """What the casebook knows of a deed's case. `decided_by`: roles, never persons; `proposed_by`: a kind of proposer,
    or {kind, by, org} of one who may be named; `said`: the data of the event; `contact`: how the desk is reached."""

    at: datetime
    decided_by: str
    proposed_by: str | Mapping[str, str]
    said: Mapping[str, Any]
    contact: str


def edit_of(deed: Mapping[str, Any], about: About, table: CategoryTable) -> Edit:
    """What a lasting deed writes. Raises ValueError, in words, for what no file can say."""
    do = deed["do"]
    if do == d.OPEN:
        return Edit(ALLOW_FILE, _allowance(deed, about), ("name", "categories"))
    if do == d.UNPIN:
        pin = {"name": str(deed["name"]), "kind": "pin", "categories": [str(deed["category"])]}
        return Edit(ALLOW_FILE, pin, tuple(pin), f"{_CASE}{deed['case']}")
    if do == d.HOLD:
        return Edit(HOLDS_FILE, _hold(deed, about), ("name",))
    if do == d.PROTECT:
        return Edit(PROTECTED_FILE, _protected(deed, about), ("name",))
    row = _row_of(deed, table)
    return Edit(f"own/{row.id}.yaml", _listing(deed, about, row), ("name",))


def confirmed_edit(deed: Mapping[str, Any], entry: Mapping[str, Any], on: date, table: CategoryTable) -> Edit:
    """The same entry of ours, which people looked at on this day: its review and its end are counted from there.

    Raises ValueError, in words, for what no file can say.
    """
    row = _row_of(deed, table)
    dates = {"reviewed_on": on.isoformat()}
    kept = {key: value for key, value in entry.items() if key not in ("review_due", "expires")}
    return Edit(f"own/{row.id}.yaml", kept | dates, ("name",))


def _row_of(deed: Mapping[str, Any], table: CategoryTable) -> CategoryRow:
    row = table.get(str(deed["category"]))
    if row is None:
        raise ValueError(f"expected a category of the taxonomy, got {deed['category']}")
    return row


def _allowance(deed: Mapping[str, Any], about: About) -> dict[str, Any]:
    by = f"{about.decided_by}{_CASE}{deed['case']}"
    return {
        **_name_and_scope(deed),
        "kind": "pin",
        "categories": [str(deed["category"])],
        "reason": _texts(deed),
        "decided_on": _day(about),
        "decided_by": by if len(by) <= MOST_DECIDED_BY else f"desk{_CASE}{deed['case']}",
        "until": str(deed["until"]),
    }


def _listing(deed: Mapping[str, Any], about: About, row: CategoryRow) -> dict[str, Any]:
    listed_on = about.at.date()
    life, review = timedelta(days=row.life_days), timedelta(days=row.review_days)
    entry = {
        **_name_and_scope(deed),
        **({"scope_reason": str(deed["scope_reason"])} if deed["subdomains"] and deed.get("scope_reason") else {}),
        "definition": row.definition.version,
        "basis": "reviewed",
        "reason": _texts(deed),
        "evidence": [_evidence(each, deed) for each in deed.get("evidence", ())],
        "approvals": _approvals(deed),
        "proposed_by": dict(about.proposed_by) if isinstance(about.proposed_by, Mapping) else about.proposed_by,
        "listed_on": listed_on.isoformat(),
        "review_due": (listed_on + review).isoformat(),
        "expires": (listed_on + life).isoformat(),
    }
    return {key: value for key, value in entry.items() if value != ""}


def _hold(deed: Mapping[str, Any], about: About) -> dict[str, Any]:
    return {
        **_name_and_scope(deed),
        "reason": _texts(deed),
        "contact": str(about.said.get("contact") or about.contact or f"the desk that decided case {deed['case']}"),
        "approvals": _approvals(deed),
        "listed_on": _day(about),
        "expires": (about.at.date() + timedelta(days=MOST_DAYS)).isoformat(),
    }


def _protected(deed: Mapping[str, Any], about: About) -> dict[str, Any]:
    kinds = KINDS[_PROTECTED]
    kind = about.said.get("protected_kind")
    return {
        "name": str(deed["name"]),
        "kind": kind if kind in kinds else kinds[0],
        "country": str(about.said.get("country") or "none"),
        "language": str(about.said.get("language") or "not said"),
        "source": f"case {deed['case']}",
        "checked_on": _day(about),  # two people have just looked
    }


def _name_and_scope(deed: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": str(deed["name"]), "scope": "subdomains" if deed["subdomains"] else "exact"}


def _texts(deed: Mapping[str, Any]) -> dict[str, str]:
    """The reason by language; an entry has one in English at least."""
    reason = deed.get("reason", "")
    texts = {str(language): str(text) for language, text in reason.items() if text} if isinstance(reason, dict) else {}
    if isinstance(reason, str) and reason:
        texts = {"en": reason}
    if "en" not in texts:
        raise ValueError("expected a reason in English, got none")
    if any(len(text) > MOST_REASON_CHARACTERS for text in texts.values()):
        raise ValueError(f"expected a reason of at most {MOST_REASON_CHARACTERS} characters, got a longer one")
    return texts


def _evidence(each: Mapping[str, Any], deed: Mapping[str, Any]) -> dict[str, str]:
    """One record, with the number of the case behind what was seen."""
    record = {key: str(each[key]) for key in _EVIDENCE if each.get(key)}
    return record | {"note": f"{record.get('note', '')} (case {deed['case']})".strip()}


def _approvals(deed: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{key: str(each[key]) for key in _APPROVAL if each.get(key)} for each in deed.get("approvals", ())]


def _day(about: About) -> str:
    day: date = about.at.date()
    return day.isoformat()
