"""TEMPLATES: where templates stand, and what each of them can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def configuration(directory: Path) -> list[dict[str, Any]]:
    """Django's settings for the templates of this directory and those of apps."""
    options = {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ],
        "builtins": [
            "portfolio.templatetags.navigation",
            "portfolio.templatetags.joined",
            "portfolio.forms.opened_by",
        ],
    }
    backend = "django.template.backends.django.DjangoTemplates"
    return [{"BACKEND": backend, "DIRS": [directory], "APP_DIRS": True, "OPTIONS": options}]
