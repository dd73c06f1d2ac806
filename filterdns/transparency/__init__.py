"""Why a name is listed, for anyone who asks: parents, children, owners of sites, auditors.

Read `reasons` first (pure: from a release to a statement of reasons), then `public` (what is told of the lists and the
log as a whole), `overview` (how the lists stand, and what waits for a person), `locale` (texts in other languages) and
`web` (the pages and the API in a process of their own); `templates` and `static` are what a browser gets.

May import `errors`, `names`, `unicode_names`, `categories`, `clock`, `config.settings`, `tlog`, what reads of `log`,
and of `lists` what reads a release: `release`, `index.reader`, `index.rows`, `sightings`, `set_aside`, `revocations`;
for help also `helplines_file` and `parse.protected`, for the page Lists what reads recipes, standings and journals, and
`orders`.  Must not import resolver, household
or keep, nor write a list: a page reads files, and what somebody decides on it is an order that `keep` carries out.
Nothing that a visitor asked for is kept, logged or counted.
"""
