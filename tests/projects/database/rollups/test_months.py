"""What is kept of each entry's reports by months is what a new count gives, whatever writes, in whatever order."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from projects.choices import Basis, ReportState, Stage
from projects.database import rollups
from projects.database.rollups import months
from projects.models import Entry, MonthlyReport, ReportedMonths, Revision
from projects.money import LIMIT
from projects.versioning.as_of import AsOf, looking_back


def rows(model: type[models.Model]) -> Any:
    """Straight SQL: no validation, no history, as another program would write."""
    return models.QuerySet(model)


def wrong() -> list[int]:
    return months.wrong("default")


def test_the_fixtures_are_told(register):
    entry = Entry.objects.get(project__code="HN-EI-2023-36", programme__year=2023)
    found = ReportedMonths.objects.get(pk=entry.pk)
    assert (found.approved, found.arrived) == (126, 126)  # January to June
    assert found.done_1 is not None
    assert ReportedMonths.objects.count() == 30
    assert wrong() == []


@pytest.mark.no_database  # PostgreSQL joins ten thousand rows without an index
def test_it_is_found_beside_its_entry_without_an_index(register):
    plan = Entry.objects.order_by().values("programme", "reported__approved").explain()
    assert "SEARCH projects_reportedmonths USING INTEGER PRIMARY KEY" in plan


def test_the_comparison_sees_a_wrong_row(register):
    one = rows(ReportedMonths).first()
    rows(ReportedMonths).filter(pk=one.pk).update(done_6=1)
    assert wrong() == [one.pk]
    with pytest.raises(CommandError, match="1 sums differ"):
        call_command("verify_totals")
    call_command("verify_totals", rebuild=True)
    assert wrong() == []


def test_a_report_of_each_kind_is_told(register):
    entry = Entry.objects.filter(programme__year=2023, reports=None).first()
    said = {"entry": entry, "basis": Basis.ILLUSTRATIVE}
    rows(MonthlyReport).bulk_create(
        [
            MonthlyReport(
                month=1, state=ReportState.APPROVED, disbursed=0, stage=Stage.PREPARATION, forecast=7, **said
            ),
            MonthlyReport(month=3, state=ReportState.APPROVED, disbursed=5, stage=Stage.STARTED, **said),
            MonthlyReport(month=4, state=ReportState.DRAFT, disbursed=9, stage=Stage.STARTED, forecast=8, **said),
            MonthlyReport(month=5, state=ReportState.APPROVED, disbursed=0, started_on=dt.date(2023, 5, 1), **said),
        ]
    )
    found = ReportedMonths.objects.get(pk=entry.pk)
    assert (found.approved, found.arrived, found.begun) == (2 + 8 + 32, 2 + 8 + 32, 8 + 32)
    assert (found.beyond, found.preparing) == (8, 2)
    assert [getattr(found, f"done_{month}") for month in (1, 2, 3, 4, 12)] == [0, 0, 5, 5, 5]
    assert (found.said_1, found.said_12) == (7, 7)
    rows(MonthlyReport).filter(entry=entry)._raw_delete("default")
    assert not ReportedMonths.objects.filter(pk=entry.pk).exists()


def test_stages_of_production_are_told_by_the_months_that_say_them(register):
    entry = Entry.objects.filter(programme__year=2023, reports=None).first()
    said = {"entry": entry, "basis": Basis.ILLUSTRATIVE, "state": ReportState.APPROVED, "disbursed": 1}
    stages = {2: Stage.TRIAL, 3: Stage.PRODUCTION, 4: "", 5: Stage.PRODUCTION}
    rows(MonthlyReport).bulk_create(
        [MonthlyReport(month=month, stage=stage, **said) for month, stage in stages.items()]
    )
    found = ReportedMonths.objects.get(pk=entry.pk)
    assert (found.trial, found.producing, found.beyond) == (4, 8 + 32, 4 + 8 + 32)


def test_of_a_past_the_same_is_made_from_the_reports_of_then(register):
    columns = ("pk", "approved", "arrived", "begun", "beyond", "preparing", "trial", "producing", "done_6", "said_6")
    found = ReportedMonths.objects.order_by("pk").values_list(*columns)
    now = list(found.all())
    with looking_back(AsOf.parse(f"r{Revision.objects.newest_number()}")):
        assert list(found.all()) == now
        assert Entry.objects.filter(reported__done_6__gt=0).count() == sum(row[8] > 0 for row in now)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_written_is_told(register, seed):
    dice = random.Random(seed)  # noqa: S311  no secret
    entries = list(rows(Entry).values_list("pk", flat=True))
    for _turn in range(60):
        keys = list(rows(MonthlyReport).values_list("pk", flat=True))
        some = rows(MonthlyReport).filter(pk__in=dice.sample(keys, min(len(keys), dice.choice([1, 1, 30]))))
        what = dice.randrange(5)
        if what == 0:
            some.update(disbursed=dice.randrange(LIMIT), forecast=dice.choice([None, 0, LIMIT - 1]))
        elif what == 1:
            some.update(stage=dice.choice(["", *Stage.values]), started_on=dice.choice([None, dt.date(2023, 1, 1)]))
        elif what == 2:
            some.update(state=dice.choice([ReportState.APPROVED, ReportState.DRAFT]))
        elif what == 3:
            rows(MonthlyReport).filter(pk=dice.choice(keys))._raw_delete("default")
        else:
            one = some.first()
            entry = dice.choice(entries)
            free = set(range(1, 13)) - set(rows(MonthlyReport).filter(entry=entry).values_list("month", flat=True))
            rows(MonthlyReport).filter(pk=one.pk).update(entry=entry, month=dice.choice(sorted(free)))
    assert wrong() == []


def test_what_nobody_saw_is_told_by_the_next_migration(live_register):
    rollups.lift("default")
    rows(MonthlyReport).filter(month=6)._raw_delete("default")
    rollups.install("default")
    assert wrong() == []
    assert set(ReportedMonths.objects.values_list("approved", flat=True)) == {62}
