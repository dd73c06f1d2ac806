"""Appeals with a clock: what may happen to a case, when it is due, and what follows if nobody answers. Pure.

Read in this order: `rules` (deadlines and exceptions, one table), `events`, `case` (what a case is after its events),
`deeds` (what a decision changes in the lists), `lateness` (what the clock does by itself), `priority`, `trusted`,
`draw`, `codes`, and `life`: what people should look at again.

Imports the categories' classes and nothing that reads a file, a clock or the network: moments and random octets are
handed in, and cases are kept by `casebook`.
"""
