"""Random histories of a publisher: appeals, decisions, lateness, lists that change, crashes between any two writes.

    world.py      a publisher on disk, and what people, lists, the clock and the keeper do to it
    steps.py      one thing that happens, as plain data, and how such data are drawn
    dying.py      a child that ends at its n-th write, as a machine does: nothing after it runs
    oracle.py     plain dictionaries that say what is blocked, from what happened alone
    views.py      what the resolver, the page of reasons, the log and the casebook say
    agreeing.py   all of them held against each other after each settled round of the keeper

A history is a list of steps, so that one that fails is printed, made shorter and put into a test as it is.
"""
