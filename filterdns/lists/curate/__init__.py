"""Rules between parsing and indexing, one a file: names and listings in, names and sets out.

Who names what: `combine` (which lists name a name, each such combination once), `listing_sets` (the same for what is
said of it), `histories` (since when and until when). The rules: `two_feeds`, `allowances`, `pins`, and those about
names that many use (`suffixes`, `shared_hosts`, `popular`, `safe_search`); `name_rules` asks them all about a shelf
of names at once, with `below` and `ends`. About whole lists: `finding`, `guard`, `category_guard`.

May import `errors`, `names`, `categories`, `unicode_names`, what writes `index` and the values of `lists`.
"""
