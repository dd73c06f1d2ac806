"""How what was decided, imported and released gets into the log, before a release becomes current.

Read `decided` (everything that people decided, as it stands), `fold` (what the log says stands), `committing`,
`appending`, `imports`, `inputs`, `recorder`; then `opened` and `soundness`, which the keeper looks after. Imported by
the keeper's children and the command line alone.
"""
