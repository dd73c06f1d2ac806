"""Fetching public lists: politely, with limits, and so that a failure leaves what was there.

Read `fetch` (all sources of one run), `source` (one source: its mirrors, its journal, its outcome), `asking` (one
address: conditions, redirects, where a hop may lead), `receiving` (one body, against the limits), `partial` (what is
left of a download that was cut), `kept` (octets by digest), `decode` (gzip and what is refused), `own_files` (sources
on this machine), `schedule` (when next), `waits` (what servers asked for), and the small ones: `limits`, `outcome`,
`network`, `addresses`, `house`, `lanes`, `faults`, `words`.

What a list server learns of us is the address, the program's version and what it said itself (ETag): no cookie, no
referrer, no name of the household. What it can make us do is bounded: size, time, redirects, and no way into the house
(`addresses`). What it serves is judged later: an empty file or a page of HTML with status 200 is a copy like any other
here, and the guard's business.

Names are looked up as this machine looks names up, which may be through filterdns itself: the resolver runs before the
first fetch, and a list host that the household filters leads to 0.0.0.0 and fails here with words that say so.

May import `errors`, `clock`, `lists.recipe`, `lists.copies`, asyncio, aiohttp and files: it is no core. Must not import
any other part of lists, and nothing outside of it.
"""
