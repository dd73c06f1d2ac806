"""The numbers: how appeals were answered, how fresh the lists are, who decides. Each with how it was counted.

Read in this order: `rows` (what goes in, what comes out), `arithmetic`, `hiding` (what could point at a person),
`answered` (of appeals), `standing` (of the lists in use), `speed` (how soon and how right), `figures` (all of them),
`words` (what each figure is), `charts`, `written` (JSON and CSV), all of them pure; then `gathered` (from the
casebook), `entries` (from the release), `recorded` (from the log), `samples` (what people said of names drawn by lot)
and `notes` (what the keeper found that people should look at).

Imports `appeals` and, in `gathered`, the casebook and the readers of a release.  Nothing is counted for a request: the
pages keep what was counted until the casebook, the release or the day is another.
"""
