"""Read replicas of PostgreSQL (streaming), chosen once a request, so that no answer is torn between two states.

`wsgi.py` is the WSGI application around all others: it chooses, remembers who wrote, and has the primary answer what a
replica could not. `router.py` sends the queries of a request to its node, `health.py` knows which replicas are good,
`writers.py` knows up to where a replica must have come for a reader who wrote.
"""

from __future__ import annotations

from .wsgi import ReadReplicas, alias_for
