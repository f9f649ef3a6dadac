"""The change feed: every change in the order of commits, told as its reader may see it."""
