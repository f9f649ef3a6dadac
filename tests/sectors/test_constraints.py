"""A check constraint that surely holds in memory holds for Django, which asks the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sectors.conditions import surely_holds
from sectors.models import Checked


def checks_of(model: type[models.Model]) -> list[models.CheckConstraint]:
    return [constraint for constraint in model._meta.constraints if isinstance(constraint, models.CheckConstraint)]


MODELS = [model for model in apps.get_models() if issubclass(model, Checked) and checks_of(model)]


def holds(constraint: models.CheckConstraint, record: models.Model) -> bool:
    try:
        constraint.validate(type(record), record)
    except ValidationError:
        return False
    return True


AMOUNTS = st.sampled_from([None, -(10**15), -1, 0, 1, 12, 13, 500 * 10**9 - 1, 500 * 10**9, 10**15, "5", 5.5])
DAYS = st.sampled_from([None, dt.date(2023, 1, 1), dt.date(2023, 6, 1), dt.date(2024, 1, 1), "2023-01-01"])
MOMENTS = st.sampled_from([None, dt.datetime(2023, 6, 1, tzinfo=dt.UTC), dt.datetime(2023, 7, 1, tzinfo=dt.UTC)])
WORDS = ["", "x", "MANY", "many", "ｍａｎｙ", None]


def values_of(field: models.Field) -> st.SearchStrategy[Any]:
    """Anything that a program might set a field to, cleaned or not."""
    if field.is_relation:
        return st.sampled_from([None, 1, 2])
    if isinstance(field, models.DateTimeField):
        return MOMENTS
    if isinstance(field, models.DateField):
        return DAYS
    if isinstance(field, models.IntegerField):
        return AMOUNTS
    if isinstance(field, models.CharField | models.TextField):
        return st.sampled_from([*WORDS, *(value for value, _label in field.flatchoices)])
    return st.just(field.get_default())


def spoilt(model: type[models.Model]) -> st.SearchStrategy[models.Model]:
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = st.fixed_dictionaries({}, optional={field.attname: values_of(field) for field in columns})
    return values.map(lambda given: model(**given))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_surely_holds_in_memory_holds_in_the_database(model, db, data):
    record = data.draw(spoilt(model))
    for constraint in checks_of(model):
        if surely_holds(constraint, record):
            assert holds(constraint, record), (constraint.name, record.__dict__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_of_what_is_stored_the_database_is_not_asked(model, register, django_assert_num_queries):
    records = list(model._default_manager.all()[:50])
    with django_assert_num_queries(0):
        assert all(surely_holds(constraint, record) for record in records for constraint in checks_of(model))
