"""Whether a name is in a release: the trees over its names, and proofs that anybody checks offline.

Read `leaves`, `tree_file`, `tree_making`, `trees`, `tree_proof`, `proof_document` and `checked_document`. Imports
`lists.release`, `tlog`, `log.record` and `log.reading`; appends nothing.
"""
