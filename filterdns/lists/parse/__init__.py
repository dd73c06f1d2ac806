"""Formats of lists, one a file: lines or entries in, names and listings out, with what was rejected and why.

Read `lines` (a name of a plain-text list, fast), then `domains` and `hosts` (imports), then `own`, `protected` and
`holds` (what people write).  May import `errors`, `names`, `unicode_names`, `categories` and `lists.fields`, `listing`,
`categories_file`; one parser never imports another.
"""
