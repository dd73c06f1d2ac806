"""Sockets towards upstreams; `forwarder` drives them.

Read in this order: `descriptors` (one epoll for all of them), `ports` (connected UDP sockets on random ports),
`streams` (TCP), `upstream` (one server and its sockets), `attempts` (how a question is carried), `system` (the
machine's own resolvers), `probe` (names that tell a loop).
May import `forward` and `message`; never `servers`: the two meet in the pipeline.
"""
