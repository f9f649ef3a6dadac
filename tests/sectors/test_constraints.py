"""The check constraints of a model as one question say what Django says of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.models import Project
from sectors.conditions import Unsure, passes, test_of
from sectors.constraints import checks_without, is_check
from sectors.models import Checked
from tests.length import so_many

test_of.__test__ = False  # its name is not that of a test

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
@settings(max_examples=so_many(30, 2000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_surely_holds_in_memory_holds_in_the_database(model: type[models.Model], db: None, data: Any) -> None:
    checks = checks_without(model, frozenset(), DEFAULT_DB_ALIAS)
    assert checks is not None
    assert checks.tests, "this model's constraints are never looked at in memory"
    record = data.draw(spoilt(model))
    if checks.surely_hold(record):
        assert checks.hold(record), record.__dict__


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_of_what_is_stored_the_database_is_not_asked(
    model: type[models.Model], register: None, django_assert_num_queries: Any
) -> None:
    checks = checks_without(model, frozenset(), DEFAULT_DB_ALIAS)
    records = list(model._default_manager.all()[:50])
    with django_assert_num_queries(0):
        assert all(checks.surely_hold(record) for record in records)


def test_what_is_not_known_of_a_text_or_of_null_is_asked() -> None:
    for condition in (
        models.Q(code__gt="A"),
        models.Q(code__contains="A"),
        models.Q(sector__code="x"),
        models.Q(total_investment=models.F("expected_revenue") * 2),
        models.Q(code__in=models.Value(["A"])),
        models.Exists(Project.objects.all()),
    ):
        with pytest.raises(Unsure):
            test_of(Project, condition)
    assert not passes([test_of(Project, ~models.Q(total_investment=5))], Project())
    assert passes([test_of(Project, models.Q(total_investment=5))], Project())
    assert not passes([test_of(Project, models.Q(total_investment__gt=5))], Project(total_investment="6"))
