"""What the forwarder decides, without a socket or a clock: octets, `now` and random octets come in, values go out.

Read in this order: `entropy` (random octets in blocks), `asking` (the upstream query, composed anew, with 0x20),
`coalesce` (equal questions in flight, and the bounds), `selection` (which upstream), `verify` (is this the reply to
what was asked), `rebinding` (addresses that a name from outside may not have).
May import `message`, `names`, `errors` and the settings; no I/O.
"""
