"""No amount is stored that is as large as the limit, by whatever model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from projects.models.fields import AmountField, TargetField
from projects.money import LIMIT


def amounts() -> Iterator[tuple[type[models.Model], AmountField]]:
    for model in apps.get_app_config("projects").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, AmountField) and not hasattr(model, "instance_type"):
                yield model, field


@pytest.mark.no_database
@pytest.mark.parametrize(("model", "field"), list(amounts()), ids=lambda each: getattr(each, "__name__", str(each)))
def test_every_stored_amount_is_held_below_the_limit_by_its_field_and_by_a_constraint(model, field):
    """Whatever model comes. Targets are larger: each is said of a whole programme, and is added to nothing."""
    limit = 10**15 if isinstance(field, TargetField) else LIMIT
    assert field.clean(limit - 1, None) == limit - 1
    with pytest.raises(ValidationError):
        field.clean(limit, None)
    names = [each.name for each in model._meta.constraints if f"_{field.name}_" in each.name and "below" in each.name]
    assert names, f"{model.__name__}.{field.name} has no constraint"
    assert all(("10_15" if limit > LIMIT else "500_billion") in name for name in names)
