"""From a release, the settings and a name to a statement of reasons (requirements section 4.3). Pure.

Read `typed` (what people type, to a name), `decision` (which listing decides for a profile), `listing` (one listing as
people read it), `wording` (short texts of closed sets), `statement` (all of it for one name) and `record` (the same as
JSON).

May import `errors`, `names`, `unicode_names`, `categories`, `config.settings` and what `lists.revocations` says of one;
no files, no clock, no network.
"""
