"""Serializers: how records are written out, and what may be written in; one noun a file."""
