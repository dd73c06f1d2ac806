"""Rules between parsing and indexing, one a file: names and listings in, names and sets out.

`merge` keeps every listing of a name, `suffixes` knows the names that many share, `protect` sets aside what a protected
name stands against.  For many names at once: `below`, then the rules about single names (`shared_hosts`, `popular`,
`safe_search`, `two_feeds`, `allowances`, `pins`).  About whole lists: `finding`, `guard`, `category_guard`.

May import `errors`, `names`, `categories`, `unicode_names`, `index.writer` and the values of `lists`.
"""
