"""The log of changes as pages: the search, one revision, undoing it."""
