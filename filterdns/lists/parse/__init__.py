"""Formats of lists, one a file: lines or entries in, names and listings out, with what was rejected and why.

Two families.  Read `lines` and `entry` first, then `own`, `protected`, `holds` and their like: what people write, in
YAML.  For public lists read, in this order:

- `found`: what a parser takes and gives: blocks of lines in, names by scope and rejections out;
- `blocks`: from octets of any system to blocks of whole lines; `detect`: which format a file has;
- `name`: the rule of what a name is; `plain`: the short way, which proves it for hundreds of lines at once;
- `walk`: the short way where it can be proved, the long way line by line where not, both with the same result;
- the formats: `domains`, `wildcard`, `squidguard` (with `one_a_line`), `hosts` (with `nowhere`), `adblock`, `dnsmasq`,
  `unbound`, `rpz` (with `zone_record`, `wild_pairs`).  `lists.formats` has them by name.

What all formats promise: names are canonical text; nothing is dropped in silence but comments, blank lines and a
machine's own names; what a format means but a name cannot express is rejected, with line and reason, and never half
applied; memory does not grow with the file, but for what is held to its end and bounded by a constant.

May import `errors`, `names`, `unicode_names`, `categories` and `lists.fields`, `listing`, `categories_file`; one parser
never imports another.
"""
