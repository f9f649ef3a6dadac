"""The change log: what changed, where to find it, how to take it back, and whether it is what was written."""
