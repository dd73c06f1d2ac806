"""Bounds on what a client may cost: `rate` (queries a second).

The bounds of TCP connections live with the server that holds them (`servers.tcp`), those of misses with the forwarder.
May import `policy` and `config.settings`; no clock, no I/O.
"""
