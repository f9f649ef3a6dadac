"""Webhooks: messages from revisions, signed, to public addresses of other systems, until they are taken."""
