"""Base of admins of what a person says under their own name, such as notes and ratings."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest


class Authored:
    """Whoever adds a record is its author. The last line of `fields` is the system's to write, so a new one lacks it."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": self.fields[:-1]})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
