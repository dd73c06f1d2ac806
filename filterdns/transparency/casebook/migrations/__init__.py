"""How the tables came to be what they are: one file for each change, in order. `migrate` runs them.

A file here is never changed once it was released: databases out there have run it.
"""
