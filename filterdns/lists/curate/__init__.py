"""Rules between parsing and indexing, one a file: names and listings in, names and sets out.

`merge` keeps every listing of a name, `suffixes` knows the names that many share, `protect` sets aside what a protected
name stands against.  May import `errors`, `names`, `categories`, `unicode_names`, `lists.listing` and `index.writer`.
"""
