"""Webhooks for people: which ones they have, and whether they work."""
