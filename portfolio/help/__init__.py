"""Help: for each role its tasks step by step with pictures, and the words of figures, lights and coverage.

`roles.py` names roles and tasks, the steps stand beside it by role; `words.py` explains words once; `places.py` says which
part the '?' of a page leads to. Pictures are taken by tests/browser/test_help.py and stand in `static/help/`.
"""
