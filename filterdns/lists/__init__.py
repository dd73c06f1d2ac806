"""The batch side: from lists that people write to one immutable release.

Read `listing` (one name in a category, with its reason), `categories_file` (the taxonomy), `parse` (formats),
`curate` (rules between parsing and indexing), `index` (the file the resolver maps), `build` (all steps in order;
`importing` chooses the copies of public lists, `runs` has them parsed, `compile` merges them a shelf at a time,
`changes` compares), `manifest` and `release` (the folder that comes out), `store` (how it becomes current) and
`shipped` (where the lists that come with the program are). `update` does all of it, from fetching on; `deeds` carries
out what people decide.

What people write, in YAML: `sources` (the files), `fields` (one entry, every fault with its line), `recipes_file`
(public lists and what a household chose; `household_lists` changes it), `written` (all entries with their places),
`own_rules` (what they may not name), `own_data` (everything in one object, for a build), `lint` with its rules in
`lint_*`.

May import `errors`, `names`, `unicode_names`, `categories`, `clock`, `yaml_lines`.  Must not import resolver,
transparency, household or keep.  `parse`, `curate` and `index` are cores: octets in, octets out, no files and no clock.
"""
