"""From a release, the settings and a name to a statement of reasons (requirements section 4.3). Pure.

Read `typed` (what people type, to a name), `decision` (which listing decides for a profile), `listing` (one listing as
people read it) and `public_list` (where an import comes from), `history` (what is known besides), `statement` (all of
it for one name), `wording` and `history_words` (short texts of closed sets) and `record` (the same as JSON).

May import `errors`, `names`, `unicode_names`, `categories`, `config.settings` and the values of `lists.revocations`,
`lists.set_aside` and `lists.sightings`; no files, no clock, no network.
"""
