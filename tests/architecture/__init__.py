"""Rules of design.md that a machine can hold: who may import whom, how long things are, which words are not used."""
