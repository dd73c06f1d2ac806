"""Where cases are kept: SQLite in the state folder, or PostgreSQL, through SQLAlchemy Core.

Read in this order: `casebook` (all that can be asked of it, and how it is opened), `tables`, `store` (connections,
transactions, what is tried again), `writing` (an event, its case and its deeds in one transaction), `reading`,
`outbox`, `receipts` (all that is known of an appellant), `controls`, `people`, `sessions`, `passkeys`, `figures`,
`check`, `backup`, `place`, `versions`; `columns`, `records` and `plain` are about values.

Events are the truth: the row of a case beside them is what `appeals.case.fold` makes of them, for a quick queue.
Whoever writes says when and who; no clock is read here.  Nothing here decides: `appeals` does.

Imports SQLAlchemy and the cores of `appeals`; Alembic in `migrate` alone, which runs in a process of its own.  The web
process imports this package at a publisher only; the resolver, a home and the keeper itself never do.
"""
