"""Tests mirror filterdns. What has no twin there: architecture, oracle, properties, scenarios, fuzz, peers, bench and
simulators.
"""
