"""The shapes of what the API answers, as JSON Schema (2020-12). A key that is not here is not sent."""

from __future__ import annotations

from typing import Any

from filterdns.lists.revocations import KINDS
from filterdns.transparency.reasons.decision import Step
from filterdns.transparency.reasons.history import NAMED_BEFORE, SET_ASIDE
from filterdns.transparency.reasons.statement import AGES, Effect
from filterdns.transparency.reasons.typed import Problem

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT, "description": "A text by language (BCP 47)."}
ANY: Schema = {"type": "object"}
EFFECTS = [effect.name.lower() for effect in Effect]


def at_most(characters: int) -> Schema:
    """A text with a bound."""
    return {"type": "string", "maxLength": characters}


def ref(name: str) -> Schema:
    """A reference to one of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(*values: str | None) -> Schema:
    """One of these words, or null."""
    return {"enum": list(values)}


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def shape(**keys: Schema) -> Schema:
    """An object with these keys and no others."""
    return {"type": "object", "properties": keys, "required": list(keys), "additionalProperties": False}


def optional(**keys: Schema) -> Schema:
    """An object that may have these keys; for `merged`."""
    return {"properties": keys, "required": []}


def merged(one: Schema, other: Schema) -> Schema:
    """An object with the keys of both."""
    properties = {**one["properties"], **other["properties"]}
    return {**one, "properties": properties, "required": [*one["required"], *other["required"]]}


_LISTING = shape(
    name=TEXT,
    scope=one_of("exact", "subdomains"),
    scope_reason=TEXT,
    category=TEXT,
    protection=one_of("", "hold", "p1", "p2"),
    category_text=TEXTS,
    definition=TEXT,
    basis=TEXT,
    basis_words=TEXT,
    reason=TEXTS,
    evidence=many(shape(grade=TEXT, on=DAY, note=TEXT, language=TEXT)),
    source=TEXT,
    about=TEXTS,
    list=or_null(ref("PublicList")),
    order=TEXTS,
    proposed_by=TEXT,
    approved_by=many(TEXT),
    decided_by=many(shape(by=TEXT, organisation=TEXT, role=TEXT, on=DAY, signed=FLAG)),
    decided_by_words=TEXT,
    appeal=or_null(shape(hours=COUNT, words=TEXT)),
    gentler_option=TEXTS,
    listed_on=DAY,
    first_seen=DAY,
    confirmed_on=DAY,
    review_due=DAY,
    expires=DAY,
    revoked=or_null(shape(kind=one_of(*KINDS), since=DAY, until=DAY, reason=TEXT)),
    decides_for=many(TEXT),
    defaults_for=many(one_of(*AGES)),
)

_STATEMENT = shape(
    name=TEXT,
    unicode=TEXT,
    listed=FLAG,
    protected=FLAG,
    filtering=FLAG,
    protected_check=one_of("protected", "none"),
    release=COUNT,
    release_sha256=DIGEST,
    on=DAY,
    listings=many(ref("Listing")),
    profiles=many(ref("Fate")),
    defaults_by_age={
        "type": "object",
        "properties": {age: one_of(*EFFECTS) for age in AGES},
        "additionalProperties": False,
    },
    history=many(ref("Event")),
    decisions=many(ref("Decision")),
    cases=many(ref("Case")),
    undisclosed_lists=TEXT,
)

_DSA = merged(
    shape(
        puid={"type": "string", "pattern": "^[A-Za-z0-9_-]{1,500}$"},
        decision_visibility=many(
            one_of("DECISION_VISIBILITY_CONTENT_DISABLED", "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED")
        ),
        decision_facts=at_most(5_000),
        decision_ground=one_of("DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
        decision_ground_reference_url=at_most(500),
        category={"type": "string", "pattern": "^STATEMENT_CATEGORY_[A-Z_]+$"},
        category_specification=many({"type": "string", "pattern": "^KEYWORD_[A-Z_]+$"}),
        content_type=many({"const": "CONTENT_TYPE_OTHER"}),
        content_type_other=TEXT,
        automated_detection=one_of("Yes", "No"),
        automated_decision=one_of("AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED"),
        source_type=one_of("SOURCE_VOLUNTARY", "SOURCE_TYPE_OTHER_NOTIFICATION"),
    ),
    optional(
        illegal_content_legal_ground=at_most(500),
        illegal_content_explanation=at_most(2_000),
        incompatible_content_ground=at_most(500),
        incompatible_content_explanation=at_most(2_000),
        incompatible_content_illegal=one_of("Yes", "No"),
        content_language={"type": "string", "pattern": "^[A-Z]{2}$"},
        application_date={"type": "string", "format": "date"},
        end_date_visibility_restriction={"type": "string", "format": "date"},
        source_identity=TEXT,
    ),
)

_EVENT = merged(
    shape(
        what=one_of(SET_ASIDE, NAMED_BEFORE, *KINDS),
        name=TEXT,
        source=TEXT,
        title=TEXT,
        household=FLAG,
        category=TEXT,
        categories=many(TEXT),
        until=DAY,
        rule=TEXT,
        reason=TEXT,
        words=TEXT,
    ),
    {"properties": {"from": DAY}, "required": ["from"]},  # a word that Python keeps for itself
)

SCHEMAS: dict[str, Schema] = {
    "Statement": _STATEMENT,
    "Listing": _LISTING,
    "PublicList": shape(
        id=TEXT,
        title=TEXT,
        keeper=TEXT,
        contact=TEXT,
        removal=TEXT,
        home=TEXT,
        licence=TEXT,
        licence_url=TEXT,
        household=FLAG,
    ),
    "Fate": shape(
        profile=TEXT,
        effect=one_of(*EFFECTS),
        decided_by=one_of(None, *(step.value for step in Step if step is not Step.NONE)),
        listing=or_null(shape(name=TEXT, category=TEXT)),
        household_rule={"type": ["string", "null"]},
        because=TEXT,
    ),
    "Event": _EVENT,
    "Mark": shape(index=COUNT, at=MOMENT, release=COUNT),
    "Case": shape(
        case=COUNT,
        name=TEXT,
        category=TEXT,
        state=one_of("received", "under_review", "second", "decided", "closed"),
        step=COUNT,
        opened=DAY,
        due=DAY,
        suspended=one_of("", "late", "signal", "person"),
        suspended_on=DAY,
        late=one_of("", "issuer", "live", "valve"),
        decided=DAY,
        outcome=TEXT,
        reason=TEXT,
        cause=TEXT,
    ),
    "Decision": shape(
        index=COUNT,
        at=MOMENT,
        kind=TEXT,
        action=one_of("added", "changed", "removed"),
        category=TEXT,
        basis=TEXT,
        name=TEXT,
        statement=DIGEST,
        is_open=FLAG,
        reason=TEXTS,
        published=or_null(ref("Mark")),
        seen_working=or_null(ref("Mark")),
    ),
    "Decisions": shape(name=TEXT, log=TEXT, decisions=many(ref("Decision"))),
    "Dsa": shape(name=TEXT, release=COUNT, statements=many(ref("DsaStatement"))),
    "DsaStatement": _DSA,
    "Many": shape(names=many(ref("Line")), left_out=COUNT),
    "Line": shape(
        typed=TEXT,
        problem=one_of(None, *(problem.value for problem in Problem)),
        proposal=TEXT,
        statement=or_null(ref("Statement")),
    ),
    "Proof": {
        **shape(v=COUNT, name=TEXT, release=ANY, categories=many(ANY), decisions=many(ANY)),
        "description": "See `filterdns/log/proofs.py`; checked by `python -m filterdns.tlog.check_log`.",
    },
    "NotAName": shape(error=TEXT, problem=one_of(*(problem.value for problem in Problem)), proposal=TEXT),
    "Fault": shape(error=TEXT),
    "Document": ANY,
}
