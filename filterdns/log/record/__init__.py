"""What stands in the log: entries, and the statements that they commit to.

Read `entries` (one table of all types), `statements`, `shown` (whose names stand in the clear). Imports `tlog`, `lists`
and `log.writing.durable`; nothing here appends.
"""
