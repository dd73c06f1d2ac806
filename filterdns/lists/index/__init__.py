"""The index: every listed name of a release in one file, found exactly.

Read `layout` (the octets), `hashing`, `records`, `writer`, `reader` (hot), `verify`, and then what lies beside the
index: `rows` (what people read about each set) and `seen` (which lists named a name, since when, until when).

May import `errors`, `names` and `categories` alone: buffers come in and go out.
"""
