"""Proofs of control of a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NOT_TRIED = sa.text("tried IS NULL")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "controls",
        sa.Column("receipt", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("tried", sa.BigInteger),
        sa.Column("found", sa.BigInteger),
        sa.PrimaryKeyConstraint("receipt", name="pk_controls"),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name="fk_controls_receipt_receipts"),
    )
    op.create_index("ix_controls_waiting", "controls", ["asked"], sqlite_where=NOT_TRIED, postgresql_where=NOT_TRIED)
