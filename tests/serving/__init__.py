"""The real program as a whole, and what befalls it: a new release, a bad configuration, a worker that dies."""
