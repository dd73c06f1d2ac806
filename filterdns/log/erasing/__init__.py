"""Erasing a statement for good, with a word about it in the log.

Read `erasures` (the order of things), `erase`, `traces` (what else names it). Imported by the writer, the keeper's
children and the command line.
"""
