"""No amount is stored that is as large as the limit, by whatever model, and a register that has one is not migrated."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import connection, models

from projects.models import MonthlyReport, Project
from projects.models.fields import AmountField, TargetField
from projects.money import LIMIT


def test_a_register_with_larger_amounts_is_not_migrated_and_told_what_to_do(register):
    migration = importlib.import_module("projects.migrations.0006_amounts_below_500_billion")
    migration.refuse_larger_ones(apps, connection.schema_editor())
    report, project = MonthlyReport.objects.first(), Project.objects.filter(claims__isnull=True).first()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            for table, name in (
                ("projects_monthlyreport", "report_disbursed_above_minus_500_billion_and_below_500_billion"),
                ("projects_project", "project_expected_revenue_from_0_to_below_500_billion"),
            ):
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    models.QuerySet(MonthlyReport).filter(pk=report.pk).update(disbursed=-LIMIT, correction_reason="x")
    models.QuerySet(Project).filter(pk=project.pk).update(expected_revenue=LIMIT)
    try:
        with pytest.raises(CommandError) as refused:
            migration.refuse_larger_ones(apps, connection.schema_editor())
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
    said = str(refused.value)
    assert "below 500 billion CNY" in said
    assert "migrate again" in said
    assert f"monthlyreport disbursed: id {report.pk}" in said
    assert f"project expected_revenue: id {project.pk}" in said


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
