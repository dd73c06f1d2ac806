"""Other people's programs on both sides: dig, kdig, dnsperf ask; unbound and NSD with a small root answer."""
