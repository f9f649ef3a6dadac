"""Replacements for Django's own lookups, where these are the price of a page."""
