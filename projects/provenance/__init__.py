"""Provenance: the sources that figures rest on, and where published numbers contradict each other."""
