"""Cookies, language and character set of a request, read by Django's own parsers for whoever is asked before Django is."""
