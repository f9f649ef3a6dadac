"""STORAGES and where static files are looked for: named by their content and compressed, or as they are in development."""

from __future__ import annotations

from typing import Any

FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portfolio.static_files.finder.JoinedFinder",
]


def storages(*, in_development: bool) -> dict[str, dict[str, Any]]:
    """Return STORAGES; browsers may keep for ever what is named by its content."""
    as_it_is = "django.contrib.staticfiles.storage.StaticFilesStorage"
    named_by_content = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": as_it_is if in_development else named_by_content},
    }
