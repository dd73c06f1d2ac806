"""Messages by octets: what comes from the network is never made into objects, and no sequence of octets raises more
than WireFault.

Read in this order: `layout` (where things are), `query` (what was asked), `edns`, `respond` (composing answers),
`framing` (TCP), `records` (what an upstream answered).
May import `names` and `errors`; no clock, no I/O, nothing else of the resolver.
"""
