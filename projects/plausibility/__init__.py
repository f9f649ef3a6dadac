"""Plausibility: what is doubted of a record before it is written, by rules that are data.

`rules` declares each kind of rule once, with what it compares with; `checks` is the one place where a write is checked.
"""
