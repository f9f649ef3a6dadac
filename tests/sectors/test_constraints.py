"""The check constraints of a model as one question say what Django says of each."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models

from projects.models import Project
from sectors.constraints import checks_without, is_check
from sectors.models import Checked

MODELS = [
    model for model in apps.get_models() if issubclass(model, Checked) and any(map(is_check, model._meta.constraints))
]


def as_django_says(record: models.Model) -> bool:
    try:
        for each in filter(is_check, record._meta.constraints):
            each.validate(type(record), record)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_is_stored_holds_and_what_is_spoilt_does_not(model: type[models.Model], register: None) -> None:
    checks = checks_without(model, frozenset(), DEFAULT_DB_ALIAS)
    assert checks is not None
    record = model._default_manager.first() or model()
    assert checks.hold(record) == as_django_says(record)
    for field in model._meta.concrete_fields:
        if field.null and not field.primary_key:
            kept = getattr(record, field.attname)
            setattr(record, field.attname, None)
            assert checks.hold(record) == as_django_says(record), field.name
            setattr(record, field.attname, kept)
        if isinstance(field, models.BigIntegerField):
            kept = getattr(record, field.attname)
            setattr(record, field.attname, -(10**15))
            assert checks.hold(record) == as_django_says(record), field.name
            setattr(record, field.attname, kept)


def test_a_constraint_that_needs_an_excluded_field_is_left_out(register: None) -> None:
    project = Project.objects.first()
    assert project is not None
    project.total_investment = -1
    assert not checks_without(Project, frozenset(), DEFAULT_DB_ALIAS).hold(project)
    assert checks_without(Project, frozenset({"total_investment"}), DEFAULT_DB_ALIAS).hold(project)
    assert checks_without(Project, frozenset({"expected_revenue"}), DEFAULT_DB_ALIAS).hold(project) is False
