"""Revisions, digests, the past (`as_of`) and three-way merging: which version of a record is meant."""
