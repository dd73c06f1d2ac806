"""From a release to a statement."""
