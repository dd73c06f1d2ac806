"""For those who trust nobody: all of a log against its checkpoint, its releases made again, a name watched.

Read `findings`, `entry_order`, `release_files`, `seen`, `verify`; `monitor`; `replay`, `replayed`, `decided_then`.
Reads with `log.reading` and appends nothing.
"""
