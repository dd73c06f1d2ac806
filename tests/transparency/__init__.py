"""Reasons and pages: what is told of a name, to whom, and what is never told."""
