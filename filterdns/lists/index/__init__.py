"""The index: every listed name of a release in one file, found exactly.

Read `layout` (the octets), `hashing`, `writer`, `reader` (hot), `rows` (what people read about each set) and `verify`.

May import `errors`, `names` and `categories` alone: buffers come in and go out.
"""
