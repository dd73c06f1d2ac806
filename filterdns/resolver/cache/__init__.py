"""The cache of one worker: answers of upstreams, by question, bounded by octets.

Read in this order: `entry` (what is kept and how it is said again), `freshness` (how long), `store` (where, and what
goes when it is full).  May import `message`, `names` and `config.settings`; no clock, no I/O, no policy: the masks of
an entry are given to it by the pipeline.
"""
