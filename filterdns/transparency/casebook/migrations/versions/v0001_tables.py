"""The first tables. Types are those of the database: what `columns` does with them is not the tables' concern."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HAS_MAIL = sa.text("email <> ''")
NOT_DONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make them all."""
    _cases()
    _events()
    _receipts()
    _people()


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _own_number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, autoincrement=False, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _digest() -> sa.Column[bytes]:
    return sa.Column("digest", sa.LargeBinary(32), nullable=False)


def _cases() -> None:
    turn = op.create_table("turn", _own_number("id"), sa.PrimaryKeyConstraint("id", name="pk_turn"))
    op.bulk_insert(turn, [{"id": 1}])
    op.create_table(
        "cases",
        _own_number("id"),
        _text("kind"),
        _text("name"),
        _yes("subdomains"),
        _text("category"),
        _text("klass"),
        _text("publication"),
        _moment("opened"),
        _moment("due"),
        _text("state"),
        _number("step"),
        _yes("claim"),
        _number("appeals"),
        _text("suspended"),
        _moment("suspended_at", nullable=True),
        _text("late"),
        _moment("late_at", nullable=True),
        _text("drawn"),
        _text("taken_by"),
        _text("approvals"),
        _text("votes"),
        _text("deciders"),
        _text("outcome"),
        _text("reason"),
        _text("cause"),
        _moment("decided_at", nullable=True),
        sa.Column("in_force", sa.Text),
        _moment("seen_at", nullable=True),
        _number("last"),
        _text("kind_group"),
        _yes("is_open"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    where: dict[str, Any] = {"sqlite_where": sa.text("is_open = 1"), "postgresql_where": sa.text("is_open")}
    op.create_index("uq_cases_open", "cases", ["kind_group", "name", "category"], unique=True, **where)
    op.create_index("ix_cases_queue", "cases", [sa.text("claim DESC"), "due", "id"], **where)
    op.create_index("ix_cases_name", "cases", ["name", "category"])
    op.create_index("ix_cases_decided_at", "cases", ["decided_at"])
    op.create_index("ix_cases_late_at", "cases", ["late_at"])


def _events() -> None:
    op.create_table(
        "events",
        _own_number("number"),
        _number("case_id"),
        _moment("at"),
        _text("kind"),
        _text("by"),
        _text("organisation"),
        _text("data"),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_events_case_id"),
    )
    op.create_index("ix_events_case", "events", ["case_id", "number"])
    op.create_index("ix_events_kind", "events", ["kind", "at"])
    op.create_table(
        "outbox",
        _own_number("number"),
        _number("event"),
        _text("deed"),
        _moment("at"),
        _moment("done_at", nullable=True),
        _text("result"),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.ForeignKeyConstraint(["event"], ["events.number"], name="fk_outbox_event"),
    )
    op.create_index("ix_outbox_pending", "outbox", ["number"], sqlite_where=NOT_DONE, postgresql_where=NOT_DONE)
    op.create_index("ix_outbox_event", "outbox", ["event"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer, nullable=False),
        _number("case_id"),
        _digest(),
        sa.Column("received", sa.Date, nullable=False),
        _text("appellant"),
        _text("text"),
        _text("language"),
        _text("email"),
        _yes("outdated"),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_receipts_case_id"),
        sa.UniqueConstraint("digest", name="uq_receipts_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipts_case", "receipts", ["case_id", "id"])
    op.create_index("ix_receipts_mail", "receipts", ["case_id"], sqlite_where=HAS_MAIL, postgresql_where=HAS_MAIL)


def _people() -> None:
    op.create_table(
        "persons",
        _text("pseudonym"),
        _text("organisation"),
        _text("partner"),
        _text("duties"),
        _text("categories"),
        _text("password"),
        _text("totp"),
        _number("totp_used"),
        _text("vkey"),
        _moment("added"),
        _moment("removed", nullable=True),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_persons"),
    )
    op.create_table(
        "interests",
        sa.Column("id", sa.Integer, nullable=False),
        _text("pseudonym"),
        _text("kind"),
        _text("party"),
        _moment("declared"),
        sa.PrimaryKeyConstraint("id", name="pk_interests"),
        sa.ForeignKeyConstraint(["pseudonym"], ["persons.pseudonym"], name="fk_interests_pseudonym"),
        sa.UniqueConstraint("pseudonym", "kind", "party", name="uq_interests_pseudonym_kind_party"),
    )
    op.create_table(
        "sessions",
        _digest(),
        _text("pseudonym"),
        _moment("begun"),
        _moment("used"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["pseudonym"], ["persons.pseudonym"], name="fk_sessions_pseudonym"),
    )
    op.create_index("ix_sessions_pseudonym", "sessions", ["pseudonym"])
    op.create_table(
        "valves",
        _text("category"),
        _moment("until"),
        _text("by"),
        sa.PrimaryKeyConstraint("category", name="pk_valves"),
    )
