"""Rules that every model of the product keeps: names in both languages, one order, constraints that speak to people."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Field, Model, TextField
from django.utils.functional import Promise
from simple_history.models import HistoricalChanges

from projects.access import ACCOUNTS, READABLE
from projects.changes.kinds import all_kinds
from projects.models.base import Record
from tests.source_files import APPS

pytestmark = pytest.mark.no_database

MODELS: list[type[Model]] = [
    model
    for label in APPS
    for model in apps.get_app_config(label).get_models()
    if not issubclass(model, HistoricalChanges)  # history rows follow the model that they are of
]
OURS = [model for model in MODELS if model._meta.app_label != "portfolio"]


def fields_of(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.get_fields() if field.concrete and not field.auto_created]


def test_a_model_has_a_name_in_both_languages_and_an_order():
    assert len(MODELS) > 20
    untranslated = [
        model.__name__
        for model in MODELS
        if not (isinstance(model._meta.verbose_name, Promise) and isinstance(model._meta.verbose_name_plural, Promise))
    ]
    assert untranslated == []
    assert [model.__name__ for model in MODELS if not model._meta.ordering] == []


def test_a_field_has_a_translated_name_and_a_relation_a_name_for_the_other_side():
    fields = [field for model in OURS for field in fields_of(model)]
    assert [str(field) for field in fields if not isinstance(field.verbose_name, Promise)] == []
    assert [str(field) for field in fields if field.is_relation and not field.remote_field.related_name] == []


def test_a_text_that_people_write_of_a_record_has_a_length():
    """Else lists, logs and messages show whatever somebody pasted."""
    fields = [field for model in OURS if issubclass(model, Record) for field in fields_of(model)]
    texts = [field for field in fields if isinstance(field, TextField) and field.editable]
    assert len(texts) > 15
    assert [str(field) for field in texts if not field.max_length] == []


def has_one_order(model: type[Model]) -> bool:
    """It ends in the key, or names what makes a record the only one of its kind."""
    ordering = {str(name).lstrip("-") for name in model._meta.ordering}
    unique = {field.name for field in model._meta.fields if field.unique} | {"pk"}
    together = {
        "Entry": {"entry__programme", "project__code", "programme__year"},
        "MonthlyReport": {"entry__programme__year", "entry__project__code", "month"},
    }.get(model.__name__)
    return bool(ordering & unique or (together and ordering <= together))


def test_an_order_never_leaves_two_records_in_any_order():
    assert [model.__name__ for model in OURS if not has_one_order(model)] == []


def test_a_constraint_has_a_name_and_a_message_for_people():
    constraints = [constraint for model in MODELS for constraint in model._meta.constraints]
    assert [each.name for each in constraints if not isinstance(each.violation_error_message, Promise)] == []
    assert [each.name for each in constraints if "%(name)s" in str(each.violation_error_message)] == []
    checks = [each.name for each in constraints if isinstance(each, CheckConstraint)]
    assert [name for name in checks if len(name.split("_")) < 3] == [], "it should say the truth that it holds"


def test_a_record_has_its_permission():
    assert {kind.name for kind in all_kinds()} <= READABLE | ACCOUNTS, "name it at the head of projects/access.py"
