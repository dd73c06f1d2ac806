"""Appending so that no crash ever leads to two trees of one size.

Read `durable` (with `file_system`), `records`, `start_check`, `tile_files`, `witnesses`, `writer`. Only the keeper's
children and the command line append; others take `durable` to keep files of their own.
"""
