"""Octets that nobody meant: each reader gets what a stranger could send it.

`test_readers` is the part that runs in the suite. By hand: `python -m tests.fuzz.packets --count 5000000` pushes
mutated packets through the pipeline, `python -m tests.fuzz.guided READER` lets coverage guide the search (needs
atheris).

Long runs of 24 November 2026, nothing found: packets, 5,000,000 each with seeds 2 to 5, 7 and 11 (memory flat at
26.2 MiB with a cache of 1 MiB); guided, 60 s each: answer 0.79 million executions, query 3.7, opt 13.1, frames 2.3,
index 8.0, categories 8.4.
"""
