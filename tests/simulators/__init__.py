"""Upstreams that behave as a test says, on free ports of loopback: `server` has the sockets, `behaviours` the rest."""
