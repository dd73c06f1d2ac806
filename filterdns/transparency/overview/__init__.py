"""What the page Lists says: what is going on, what waits for a person, every list and how it stands.

Read `snapshot` (all of it from the state folder, read anew only where a file has changed), then what is made of it,
pure: `rows` (one list), `waiting` (what a person is asked), `categories` (lists in their groups, and what is offered at
first), `week` (what changed), `ordered` (what came of what was ordered), `now` (what is going on), `detail` (one list
with all that is known of it), `new_list` (one that a household wants to add) and `overview` (the page as a whole);
`moments` and `wording` have the words.

May import `errors`, `categories`, `config.settings`, of `lists` what it reads, and of `reasons` the texts; never
`lists.fetch`, `curate` or `build`.  Nothing here writes.
"""
