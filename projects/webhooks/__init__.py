"""Telling other systems of changes: messages from revisions, signed, to public addresses, until they are taken."""
