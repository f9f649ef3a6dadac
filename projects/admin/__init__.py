"""The register in Django's admin, one noun a file. What all of them share is in `base`."""

from . import claims, enterprises, entries, grants, programmes, projects, reference, reports, revisions, sources

__all__ = [
    "claims",
    "enterprises",
    "entries",
    "grants",
    "programmes",
    "projects",
    "reference",
    "reports",
    "revisions",
    "sources",
]
