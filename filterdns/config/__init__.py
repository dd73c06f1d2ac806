"""What an operator writes, checked as a whole: YAML in, frozen dataclasses out.

Read in this order:

- `settings`: the dataclasses that the rest of the program knows; nothing else of this package reaches a worker.
- `loader`: one file to one `Settings`, or every fault in it at once with its line.
- `model`: the keys of the file. `fields`, `times`, `records`, `limits`: how single values are read.
- `profiles`: a template of the category table plus what the household changed.
- `crosscheck`: what only two values together can get wrong.
- `faults`: from what pydantic says to what a person can act on.
- `summary`: a loaded configuration in words.

May import: `errors`, `names`, `unicode_names`, `categories`, `yaml_lines`, the category table of `lists`, pydantic.
Must not: the resolver, the pages, sockets.  Only `settings` may be imported by a process that answers queries.
"""
