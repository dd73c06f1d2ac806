"""The one process that keeps the lists: it fetches and builds behind everything else, and carries out what is ordered.

Read `timetable` (when what is due), `keeper` (one look a second: what to do now), `errand` (what is then done, in a
child that ends, so that its memory goes back), `rounds` (what is looked after between updates), `duty` (what is carried
out beside them), `run` (signals, the lock, waiting), `priority` and `network`; then `duties`, what children do for the
desk, which nothing else here imports.

What an update is comes from `lists`, through the protocols of `errand`: nothing here fetches, parses or builds. The
process itself stays small, so it imports nothing heavy; its children may.  Ending it at any moment harms nothing.

May import `errors`, `clock`, `calendar`, `confirmed`, `forks`, `jobs` and `lists`; never `resolver` or `household`, and
`transparency` in `duties` alone.
"""
