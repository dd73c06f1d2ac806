"""Whose signature counts: the keys of a log from its beginning to its end.

Read `signing_keys` (a fold of the log's own entries), `handovers` (how readers follow), `policy_file`, `key_file`
(secrets) and `life` (made, replaced, lost, ended). Pages import the first three at the most.
"""
