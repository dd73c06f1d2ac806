"""Alembic's entry: the connection is the caller's, and so is the transaction."""

from __future__ import annotations

from alembic import context

from filterdns.transparency.casebook.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
