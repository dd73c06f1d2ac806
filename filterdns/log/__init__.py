"""The log of what people decide: its entries, where it lies, who writes to it and how anybody checks it.

Read in this order: `entries`, `statements`, `places`, `files` (with `timed_answers`), `reader` (with `name_index`),
`signing_keys` and `handovers` (whose signature counts, and how readers follow it), `durable` (with `file_system`),
`start_check`, `writer` (with `records`, `tile_files`, `witnesses`), `keys`, `erasures`, `traces`; then how a release
gets into it: `decided`, `fold`, `committing` and `appending`, `imports`, `name_leaves`, `tree_making`, `name_trees`
and `name_proof`, `inputs`, `recording`; `soundness` and `opened` for what the keeper looks after; `verify`, `proofs`
and `prove`, `replay` (with `replayed` and `decided_then`) and `monitor` for those who trust nobody. Whose names stand
in the clear: `shown` and `veil`. How a home takes a publisher's decisions: `decisions` (the document), `delta`,
`heads`, `offered`, `collected` and `publish` for the publisher; `subscription`, `following`, `subscribe`, `scope`,
`composed` and `taking` for the home; `trust` for both.

May import `tlog`, `lists` and small modules of the top level; imports nothing of the resolver, the pages, the keeper or
the command line. Pages and resolver read with `entries`, `statements`, `places`, `files`, `reader`, `proofs` and
`trust`; only the keeper's children and the command line import what writes.
"""
