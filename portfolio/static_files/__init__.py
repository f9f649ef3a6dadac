"""Static files: stylesheets and scripts are joined, so that a page asks for one of the first and at most two of the second.

The sources stay small files by subject. `bundles.py` says what is joined, `finder.py` joins it where Django looks for static
files: when they are collected, and in development whenever one is asked for.
"""
