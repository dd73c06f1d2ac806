"""What the public pages tell besides single names: shares of entries, help by country, decisions, the state of the log.

Read `words` (texts of closed sets), `shares`, `helplines`, then `decisions` and `log_head`, which read the log.

Reads files of a release, of the lists' protected names and of the log, each once for each of its versions, and never
for each request.  May import what `filterdns.transparency` may; imports no aiohttp and no template.
"""
