"""What the page Lists says, made of values."""
