"""The index: every listed name of a release in one file, found exactly.

Read `layout` (the octets), `hashing`, `records`, `table`, `writer`, `reader` (hot), `verify`, and then what lies beside
the index: `rows` (what people read about each set), `seen` (which lists named a name, since when, until when) and
`seen_writer` (with `short_numbers`).  `numbers` and `columns` do the same for many names at once, with numpy where it
is installed (decision 0018); no reader imports them.

May import `errors`, `names` and `categories` alone, and numpy: buffers come in and go out.
"""
