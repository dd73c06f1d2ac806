"""The log of what people decide: its entries, where it lies, who writes to it and how anybody checks it.

    places      where all of it lies           trust       whether a release stands in a trusted log (workers ask this)

    record      what an entry and a statement are          recording   how decisions, imports and releases get in
    reading     from a folder or a server                  erasing     a statement goes, the log says so
    keys        whose signature counts                     names       trees and proofs of a release's names
    writing     appending without fear of a crash          checking    verify, monitor, replay

    offering    what a publisher gives to homes            home        how a home takes it

Read them in this order; each folder's docstring says which file to begin with.

May import `tlog`, `lists` and small modules of the top level; imports nothing of the resolver, the pages, the keeper or
the command line. Pages read with `record`, `reading`, `names` and `home.subscription`, the resolver asks `trust`; only
the keeper's children and the command line import what writes.
"""
