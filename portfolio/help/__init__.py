"""Help: for each role its tasks step by step with pictures, and the words of figures, lights and coverage.

`roles.py` has the roles, whose tasks stand beside it, and the part that the '?' of a page leads to; `words.py` explains
words once. Pictures are taken by tests/browser/test_help.py and stand in `static/help/`.
"""
