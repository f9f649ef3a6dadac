"""Error answers: which trouble a database is in, and what is said of it, of refused requests, and on error pages."""
