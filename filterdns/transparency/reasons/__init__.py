"""From a release, the settings and a name to a statement of reasons (requirements section 4.3). Pure.

Read `typed` and `many` (what people type and paste, to names), `decision` (which listing decides for a profile),
`listing` (one listing as people read it) and `public_list` (where an import comes from), `history` (what is known
besides) and `past` (what the log says), `statement` (all of it for one name); then what is made of a statement: `words`
with `wording`, `listing_words`, `history_words` and `past_words` (short texts of closed sets, in each language),
`record` (JSON), `feed` (a web feed's items), `dsa` (the fields of the Digital Services Act's database), `proven` (what
a proof says) and `veil` (names that are shown to those alone who ask).

May import `errors`, `names`, `unicode_names`, `categories`, `config.settings`, `transparency.locale` and the values of
`lists.revocations`, `lists.set_aside` and `lists.sightings`; no files, no clock, no network.
"""
