"""The resolver: answers queries, filters what a profile filters, forwards and caches the rest.

The life of a query, file by file: `servers` read it, `limits` ask who sends it and how much, `recent` has the answers
of this second, `pipeline` decides (`message`, `local`, `policy`, `filtered`, `cache`), and what must be asked elsewhere
becomes a `miss` for the `forwarder` (`forward`, `upstreams`), which hands it back to the pipeline.  `worker` draws it
all together, `supervisor` keeps workers alive, `release_watch` brings new lists and `revocation_watch` what no longer
counts of them, `metrics` tells what was counted.
May import `names`, `categories`, `clock`, `calendar`, `config.settings`, and of `lists` only the release, the index
reader and the revocations; never `transparency`, `household` or `keep`.
"""
