"""The log of what people decide: written, read, verified and attacked."""
