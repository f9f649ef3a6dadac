"""Answers kept for as long as the data has the same state, in front of Django's handler.

Measured: the same bytes served from a Django view cost three times as much as from here, since the way through the
middleware is what such an answer costs. One query a request asks in which states the data and its readers are; nothing is
ever served for another reader, address, language or state.

`front.py` is the WSGI application around Django's, `readers.py` finds out who asks, `question.py` says what an answer
depends on, `shelf.py` holds the answers, `answer.py` is one of them with its ETag. `far.py` is the shelf that machines
share, `packing.py` an answer on the way there, `release.py` what all answers follow from besides.
"""

from .wsgi import ResponseCache

__all__ = ["ResponseCache"]
