"""Properties that hold for everything Hypothesis can think of: our octets against the slow twins of `tests.oracle`."""
