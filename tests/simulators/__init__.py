"""Servers that behave as a test says, on free ports of loopback.

Upstreams: `server` has the sockets, `behaviours` the rest. Servers of lists: `list_server` (its interface stands at its
top) and `list_behaviours`, with `certificates` for TLS and `connect_proxy` on the way.
"""
