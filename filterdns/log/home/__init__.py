"""How a home takes a publisher's decisions: asked for politely, believed when proved, used as far as it is trusted.

Read `subscription` (what is remembered), `following`, `subscribe`, `scope`, `composed`, `taking`. Imports the formats
of `log.offering`; `subscribe` is for the keeper's children and the command line.
"""
