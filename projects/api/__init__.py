"""The JSON API, version 1: the same questions and the same writes as pages and admin, for other systems.

A view says which query parameters it knows (`parameters.py`); that one list refuses the unknown and describes itself in
the OpenAPI schema. Every error is problem+json (`errors.py`). Reading goes through `Scope` and `visible`, writing through
`viewsets.py`.
"""
