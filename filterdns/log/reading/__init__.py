"""Reading a log from a folder or a server, each octet checked against its checkpoint.

Read `files` (with `timed_answers`), `reader`, `name_index`. Imports `tlog`, `log.record` and `log.places`; writes
nothing but the derived index of names.
"""
