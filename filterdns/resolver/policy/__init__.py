"""Policy: what is decided for a name and a profile, and who belongs to which profile.

Read in this order: `decision` (the steps and what comes out), `profile` (masks of the moment), `evaluate` (the order
of decision), `clients` (address -> profile), `special_use` (names that are answered here).
May import `names`, `categories`, `config.settings` and `resolver.counters`; no clock, no I/O, no index.
"""
