"""How fast the hot functions are, as ratios; and `serve`: the real program, for a comparison with its peers."""
