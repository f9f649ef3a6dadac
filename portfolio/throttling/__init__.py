"""Throttling (rate limits): in front of everything, so that cached responses count like any other.

`local_counts.py` counts exactly over all processes of a machine; `wsgi.py` is the WSGI application that refuses what is too
much and says in each answer what is left.
"""

from .wsgi import Throttling
