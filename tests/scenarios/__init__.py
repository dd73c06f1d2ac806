"""Scenarios are data: what is configured and listed, what a client asks, what an upstream says, what must come back.

Read in this order: `data/*.yaml` (each file is about one point of the resolver), `scenario` (the format), `expect`
(what an answer is held against), `memory` (the pipeline alone, time is a number), `sockets` (the real program and a
real upstream).
"""
