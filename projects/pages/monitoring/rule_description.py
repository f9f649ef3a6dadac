"""The words of lights."""

from __future__ import annotations

from django.utils.translation import pgettext

from projects.choices import Light


def light_word(light: str | None) -> str:
    """The word of a light; its mark is drawn by the template."""
    return str(Light(light).label) if light else pgettext("light", "not rated")
