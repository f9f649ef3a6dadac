"""Throttling (rate limits): in front of everything, so that cached responses count like any other.

`counters.py` counts exactly over all processes of a machine, `together.py` over all machines by Redis; `front.py` is the
WSGI application that refuses what is too much and says in each answer what is left.
"""

from .wsgi import Throttling

__all__ = ["Throttling"]
