"""The pages and the API: one process, aiohttp and jinja2, started by the supervisor and independent of the DNS.

Read `app` (the process and its routes), `current` (which release is shown), `hosts` (which addresses are ours),
`security` (headers, bounds, errors), `rates`, `connections`, `render`, `pages` and `api`; then, for the page Lists
alone, `from_here` (this machine and no other), `forms` (from our own page and no other), `placing` and `lists_pages`.

No cookie, no script, no third party, no access log.  A fault is told by its type alone, never with a name or address.
"""
