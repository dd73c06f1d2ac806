"""Other people's programs on both sides: dig, kdig, dnsperf ask; unbound and NSD with a small root answer.

litewitness cosigns our log, and Tessera's fsck checks it: both come from the Go module proxy (`go_programs.py`).
"""
