"""Plausibility: what is doubted of a record before it is written, by rules that are data.

`kinds/` declares each kind of rule once, `asking` is the one place where a write asks, `confirmation` holds what a person
said to the doubts, `loads` reports what a load would have been asked, `outliers` has the statistics.
"""
