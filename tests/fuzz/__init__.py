"""Octets that nobody meant: each reader gets what a stranger could send it.

`test_readers` is the part that runs in the suite. By hand: `python -m tests.fuzz.packets --count 5000000` pushes
mutated packets through the pipeline, `python -m tests.fuzz.guided READER` lets coverage guide the search (needs
atheris).
"""
