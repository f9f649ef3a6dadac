"""With the largest amount in every record every sum is exact, at every door, and a million such records fit in 64 bits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.test import Client

from projects.choices import Basis, Measure, ReportState, Unit
from projects.models import Claim, Entry, MonthlyReport, Plan, Project, Source
from projects.models.fields import AmountField, TargetField
from projects.money import LIMIT
from projects.monitoring.forecast import get_forecast
from projects.monitoring.running_totals import since_start
from projects.totals.dimensions import DIMENSIONS
from projects.totals.figures import FIGURES
from projects.totals.totals import totals

from .asking import scope_of

LARGEST = LIMIT - 1
PROJECTS, MONTHS, MILLION = 42, 12, 1_000_000
ROOM = 2**63 - 1  # of a sum, on either database
EVERYTHING = [("programme", "2023")]
EACH = {  # what one project adds to a figure that is money
    Measure.TOTAL_INVESTMENT: LARGEST,
    Measure.PLANNED_DISBURSEMENT: LARGEST,
    Measure.EXPECTED_REVENUE: LARGEST,
    Measure.DISBURSED: MONTHS * LARGEST,
    Measure.DISBURSED_OF_PLAN: MONTHS * LARGEST,
    Measure.OUTPUT_VALUE: LARGEST,
    Measure.FORECAST: LARGEST,
}
MONEY = [name for name, figure in FIGURES.items() if figure.unit == Unit.CNY]


@pytest.fixture(scope="module")
def largest(django_db_setup, django_db_blocker):
    """Each of the 42 projects of 2023 says the largest amount wherever it can, in each of twelve months too.

    Once for all tests of the file, each of which is rolled back to here.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        say_the_largest()
        yield
        transaction.set_rollback(True)


def say_the_largest() -> None:
    rows = models.QuerySet  # in SQL: what is summed is as the database lets it be
    rows(Claim).update(adopted=False)
    rows(Project).update(total_investment=LARGEST, expected_revenue=LARGEST)
    adopted = {"figure": "expected_revenue", "amount": LARGEST, "adopted": True, "of_output_value": True}
    source = Source.objects.first()
    rows(Claim).bulk_create([Claim(project=each, source=source, **adopted) for each in Project.objects.all()])
    rows(Entry).update(planned_disbursement=LARGEST, disbursed_before=LARGEST)
    rows(Plan).update(amount=LARGEST, curve=[0] * 11 + [LARGEST])
    said = {"state": ReportState.APPROVED, "basis": Basis.ILLUSTRATIVE, "disbursed": LARGEST, "forecast": LARGEST}
    rows(MonthlyReport).filter(state=ReportState.APPROVED).update(disbursed=LARGEST, forecast=LARGEST)
    there = set(rows(MonthlyReport).values_list("entry_id", "month"))
    entries = Entry.objects.filter(programme__year=2023).values_list("pk", flat=True)
    new = [(entry, month) for entry in entries for month in range(1, MONTHS + 1) if (entry, month) not in there]
    rows(MonthlyReport).bulk_create([MonthlyReport(entry_id=entry, month=month, **said) for entry, month in new])


def rows_of(client: Client, by: str) -> Iterator[dict[str, int | None]]:
    """The figures of each row of a breakdown, as the API gives them."""
    names = ",".join(name for name in FIGURES if by != "month" or FIGURES[name].by_month)
    question = [*EVERYTHING, ("fields", names), *([("by", by)] if by else [])]
    answer = client.get("/api/v1/totals/", question)
    assert answer.status_code == 200, (by, answer.content)
    for row in answer.json()["rows"]:
        yield {name: figure["value"] for name, figure in row["figures"].items()}


def test_every_figure_that_is_money_is_looked_at():
    assert sorted(MONEY) == sorted(EACH)


@pytest.mark.parametrize("by", ["", *sorted(DIMENSIONS), "month"])
def test_every_breakdown_is_exact(largest, client_of, province, by):
    rows = list(rows_of(client_of(province), by))
    if by == "month":
        assert [row["disbursed"] for row in rows] == [PROJECTS * LARGEST] * MONTHS
        return
    assert sum(row["project_count"] or 0 for row in rows) == PROJECTS
    for row in rows:
        for name, each in EACH.items():
            assert row[name] == (row["project_count"] * each if row["project_count"] else None), (by, name)


def test_what_is_made_of_sums_is_exact_too(largest, analyst):
    scope = scope_of(analyst, EVERYTHING)
    assert get_forecast(scope).value == PROJECTS * MONTHS * LARGEST
    whole = totals(scope).total_row
    assert whole.progress == MONTHS  # twelve times the annual plan
    entry = Entry.objects.filter(programme__year=2023).first()
    assert since_start(entry, MONTHS * LARGEST) == (MONTHS + 1) * LARGEST


def test_a_million_records_of_twelve_months_fit_whatever_is_added_up(largest, analyst):
    """A figure is so many times what one record adds, and a million times that has room in 64 bits."""
    whole = totals(scope_of(analyst, EVERYTHING), figures=tuple(FIGURES)).total_row
    for name, each in EACH.items():
        assert whole.figures[name].value == PROJECTS * each
        assert MILLION * each <= ROOM
    assert MILLION * (MONTHS + 1) * LARGEST <= ROOM  # since the start of the projects


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
