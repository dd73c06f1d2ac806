"""What a publisher gives to homes: static files that any server or mirror can carry.

The formats, for both sides: `decisions` (with `veil`), `delta`, `offered` (revocations), `heads`. The publisher's side
alone: `collected`, `publish`. Only the keeper's children and the command line publish.
"""
