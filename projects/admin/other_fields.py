"""Fields that no fieldset names: a new one stands in a form until it is given a place of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.db import models

from projects.models.base import own_fields

Fieldset = tuple[Any, dict[str, Any]]


def with_other_fields(model: type[models.Model], *fieldsets: Fieldset, into: int) -> tuple[Fieldset, ...]:
    """These fieldsets, of which one, by its index, ends with all fields of the model that none of them names."""
    named = set(flatten_fieldsets(fieldsets))
    others = tuple(each.name for each in own_fields(model) if each.editable and each.name not in named)
    title, options = fieldsets[into]
    with_others = (title, options | {"fields": (*options["fields"], *others)})
    return (*fieldsets[:into], with_others, *fieldsets[into + 1 :])
