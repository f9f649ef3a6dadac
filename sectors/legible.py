"""Legible text: what is asked of every line, for models that are validated by their forms alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from .texts import check_line


class Legible:
    """A model that is validated by its forms alone: of its names and other lines they ask what `Checked` asks of all."""

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)  # type: ignore[misc]
        except ValidationError as error:
            errors = error.error_dict
        for field in self._meta.concrete_fields:  # type: ignore[attr-defined]
            if isinstance(field, models.CharField) and field.name not in {*errors, *(exclude or ())}:
                try:
                    check_line(str(getattr(self, field.attname) or ""))
                except ValidationError as error:
                    errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)
