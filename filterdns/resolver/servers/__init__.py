"""Sockets that clients talk to: reads queries, writes answers, keeps the bounds of connections.

Read in this order: `listen` (which sockets), `systemd` (those handed over), `interfaces` (the machine's addresses),
`datagrams` and `udp` (UDP in batches), `connections` and `tcp` (RFC 7766).
May import `pipeline`, `limits`, `message` and `miss`; never `upstreams`: the two meet in the pipeline.
"""
