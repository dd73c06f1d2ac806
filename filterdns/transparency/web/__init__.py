"""The pages and the API: one process, aiohttp and jinja2, started by the supervisor and independent of the DNS.

Read `app` (the process and its routes), `current` (which release is shown) and `names_in_log` (what the log says of a
name), `hosts` (which addresses are ours), `security` (headers, bounds, errors), `rates`, `connections` and `render`
(with `templates`, and `folding` and `flattening` that compile them for speed); for names `find`, `why_routes`, `pages`,
`many`, `api` with `openapi` and `openapi_shapes`, `feeds`, `proofs` and `proof_pages`; for all else `site_pages`,
`help_pages`, `decisions_pages`, `log_pages` and `log_files`; then, for the page Lists alone, `from_here` (this machine
and no other), `forms` (from our own page and no other), `placing` and `lists_pages`.

Where strangers write to a publisher: `appeal_paths`, `timed_forms` (whose form it is, and how old), `appeal_limits`
(how many, from whom), `appeal_fields` (what is taken of a form, and nothing else), `objections` (which listings a case
would be about), `receiving` (from a form to cases and a receipt), `cases` (the casebook beside the event loop),
`counter`, `appeal_pages`, `status_pages`, `suggest_pages`, `challenges` (what the page of a name says of its cases) and
`appeal_routes`, which a publisher alone imports; at a home `appeal_elsewhere`.

No cookie, no script, no third party, no access log.  A fault is told by its type alone, never with a name or address.
"""
