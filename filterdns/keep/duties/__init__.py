"""What the keeper's children do for the desk of a publisher, and nobody else does.

Read `control` (whether proofs of control that appellants offer are where they said) with `txt` (one TXT record, asked
for) and `site_file` (one small file of a site).

May import `keep`, `lists`, `log`, and of `transparency` the cores of `appeals` and the `casebook`; whoever wires it
imports it in a child, since a casebook and a network take memory that the keeper itself does not need.
"""
