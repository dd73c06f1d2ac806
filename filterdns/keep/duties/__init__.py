"""What the keeper's children do for the desk of a publisher: deeds become what the lists, the log and people see.

Read in this order: `desk` (one time that all of it is looked at), `deadlines` and `signals` (what nobody has to press a
button for), `outbox` (what counts within seconds: `suspensions`, and a bridge until a release has what was opened),
`outcomes` (the log's entry of each), `lasting` (deeds that a release is made of), `entries` and `overlay` (what they
write), `worktree` (the same as commits), `noting` and `aftermath` (what is told on a case), `received` (the log's entry
of a day).  Letters: `letters` (who is to be told), `wording`, `sending`, `post` (one time that they are carried).
`control` with `txt` and `site_file` looks for proofs of control, `life` with `similar` for what people should look at.
`listed` is about the release, `remembered` about what a child keeps for the next.

Everything may be cut short at any moment and is done again to the same end: a deed's effect is on the disk before the
deed is noted as done, and an effect that is there already is left as it is.

Runs in children only, and so may import the cores of `appeals`, the casebook with SQLAlchemy behind it, and what builds
need.  The keeper itself imports nothing of it; `cli` does, inside the functions that the children run.
"""
