"""The tables. `migrations` makes them; a test holds that what it makes is what stands here.

turn        one row that a writer takes first: writers come one after the other, in the order of their numbers
events      what happened, never changed; numbered over all cases without a gap
cases       what each case's events make of it, and what a queue needs to find it at once
outbox      what `keep` has to do because of an event, in order
receipts    one for each appeal: all that is kept of whoever sent it
controls    proofs of control of a name, by receipt
persons, interests, sessions, passkeys, valves    who may sit at the desk, how, and what they have to do with whom
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    desc,
    text,
)

from filterdns.transparency.appeals.events import APPEAL, HOLD, PROPOSAL, PROTECT, REVIEW
from filterdns.transparency.casebook.columns import Deadline, Json, Moment, Pair, Texts, Voices

GROUPS = {APPEAL: "listing", REVIEW: "listing", PROPOSAL: PROPOSAL, HOLD: HOLD, PROTECT: PROTECT}
"""Kinds that share one open case on a name and category."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

turn = Table("turn", metadata, Column("id", Integer, primary_key=True, autoincrement=False))

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("subdomains", Boolean, nullable=False),
    Column("category", Text, nullable=False),
    Column("klass", Text, nullable=False),
    Column("publication", Text, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("due", Deadline, nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("claim", Boolean, nullable=False),
    Column("appeals", Integer, nullable=False),
    Column("suspended", Text, nullable=False),
    Column("suspended_at", Moment),
    Column("late", Text, nullable=False),
    Column("late_at", Moment),
    Column("drawn", Texts, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("approvals", Voices, nullable=False),
    Column("votes", Voices, nullable=False),
    Column("deciders", Texts, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("decided_at", Moment),
    Column("in_force", Pair),
    Column("seen_at", Moment),
    Column("last", Integer, nullable=False),
    # Not of the fold itself, but what it implies.
    Column("kind_group", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
)
# In the words in which each database is asked, or SQLite does not see that an index is of use.
SQLITE_OPEN, POSTGRESQL_OPEN = text("is_open = 1"), text("is_open")

Index("uq_cases_open", cases.c.kind_group, cases.c.name, cases.c.category, unique=True,
      sqlite_where=SQLITE_OPEN, postgresql_where=POSTGRESQL_OPEN)  # fmt: skip
Index(
    "ix_cases_queue",
    desc(cases.c.claim),
    cases.c.due,
    cases.c.id,
    sqlite_where=SQLITE_OPEN,
    postgresql_where=POSTGRESQL_OPEN,
)
Index("ix_cases_name", cases.c.name, cases.c.category)
Index("ix_cases_decided_at", cases.c.decided_at)
Index("ix_cases_late_at", cases.c.late_at)

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("data", Json, nullable=False),
)
Index("ix_events_case", events.c.case_id, events.c.number)
Index("ix_events_kind", events.c.kind, events.c.at)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("event", Integer, ForeignKey("events.number"), nullable=False),
    Column("deed", Json, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("result", Text, nullable=False),
)
NOT_DONE = text("done_at IS NULL")
Index("ix_outbox_pending", outbox.c.number, sqlite_where=NOT_DONE, postgresql_where=NOT_DONE)
Index("ix_outbox_event", outbox.c.event)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("received", Date, nullable=False),  # no time of day: it would help to tell who sat where
    Column("appellant", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("outdated", Boolean, nullable=False),
    UniqueConstraint("digest"),
    sqlite_autoincrement=True,  # a number is never given twice
)
controls = Table(
    "controls",
    metadata,
    Column("receipt", Integer, ForeignKey("receipts.id"), primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("asked", Moment, nullable=False),
    Column("tried", Moment),
    Column("found", Moment),
)
NOT_TRIED = text("tried IS NULL")
Index("ix_controls_waiting", controls.c.asked, sqlite_where=NOT_TRIED, postgresql_where=NOT_TRIED)

HAS_MAIL = text("email <> ''")
Index("ix_receipts_case", receipts.c.case_id, receipts.c.id)
Index("ix_receipts_mail", receipts.c.case_id, sqlite_where=HAS_MAIL, postgresql_where=HAS_MAIL)

persons = Table(
    "persons",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("organisation", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("duties", Texts, nullable=False),
    Column("categories", Texts, nullable=False),
    Column("password", Text, nullable=False),
    Column("totp", Text, nullable=False),
    Column("totp_used", Integer, nullable=False),
    Column("vkey", Text, nullable=False),
    Column("added", Moment, nullable=False),
    Column("removed", Moment),
)

interests = Table(
    "interests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pseudonym", Text, ForeignKey("persons.pseudonym"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("declared", Moment, nullable=False),
    UniqueConstraint("pseudonym", "kind", "party"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("pseudonym", Text, ForeignKey("persons.pseudonym"), nullable=False),
    Column("begun", Moment, nullable=False),
    Column("used", Moment, nullable=False),
)
Index("ix_sessions_pseudonym", sessions.c.pseudonym)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("pseudonym", Text, ForeignKey("persons.pseudonym"), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),  # up to 2**32 - 1
    Column("added", Moment, nullable=False),
    Column("used", Moment),
    Column("doubted", Moment),
)
Index("ix_passkeys_pseudonym", passkeys.c.pseudonym)

valves = Table(
    "valves",
    metadata,
    Column("category", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("by", Text, nullable=False),
)
