"""The command line: one module per command group, each imported only when it is asked for.

- `main`: the commands and where they live. `state`: where the state folder is. `places`: what is
  shipped.
- `serve`: no click here, because the supervisor stays in memory as long as filterdns runs; `__main__` goes straight
  to it, `children` is what its children do, and `serve_command` its place in the list of commands.
- `config`, `lists`, `version`: `config check`, `lists build`, `version`.
- `check`: what would happen to a name; `asked` reads its arguments, `verdict` finds the outcome with the resolver's own
  code, `steps` tells the order of decision, `verdict_text` says it all in words or JSON.

May import everything; nothing imports it.
"""
