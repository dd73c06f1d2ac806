"""filterdns: a policy-implementing DNS resolver, the pipeline that makes its lists, and the place that explains them.

Read in this order:

- `names`, `categories`, `errors`, `clock`, `calendar`: the words that everything else uses.
- `forks`, `jobs`: how a process has children.
- `resolver`: from a query's octets to an answer's; `resolver.pipeline` is the order of the steps and why.
- `lists`: from what people and feeds wrote to one immutable release, and the index in it.
- `keep`: the process that fetches and builds, and carries out what people order.
- `config`: what an operator writes, checked as a whole.
- `transparency`: why a name is listed, for anyone.
- `cli`: the commands.
- `decisions`: choices that are hard to undo, a page each.

The parts share files, not objects. Which may import which is held by `tests/architecture`.
"""

__version__ = "0.1.0"
