"""What a place on a list says of the year before, and of months that were reported, held against what is approved."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from projects.choices import Basis, PlausibilityKind, ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, PlausibilityRule, Programme
from projects.plausibility.rules import KINDS, Surroundings

from ..api.reporting import OWN, entry_of

pytestmark = pytest.mark.usefixtures("register")
YEAR = 120_000_000  # what the year's reports come to


def found(kind: PlausibilityKind, entry: Entry, around: Surroundings | None = None) -> list[tuple[str, str]]:
    rule = PlausibilityRule.objects.get(kind=kind)
    finds: Any = KINDS[kind].finds
    return [(each.field, str(each.other)) for each in finds(entry, rule, around or Surroundings())]


@pytest.fixture
def reported(changsha_writer, province):
    return partial(_reported, changsha_writer, province)


def _reported(bureau: Any, province: Any, months: int, **values: Any) -> None:
    """So many months of the year before approved, which come to a twelfth of `YEAR` each."""
    now, state = timezone.now(), values.get("state", ReportState.APPROVED)
    entry = entry_of(OWN)
    with create_revision(reason="x"):
        for report in entry.reports.all():
            report.delete()
        entry.disbursed_before = values.get("before", 0)
        entry.save()
        for month in range(1, months + 1):
            MonthlyReport(
                entry=entry,
                month=month,
                basis=values.get("basis", Basis.REPORTED),
                state=state,
                disbursed=YEAR // 12,
                submitted_by=bureau,
                submitted_at=now,
                handed_in_on=now.date(),
                approved_by=province if state == ReportState.APPROVED else None,
                approved_at=now if state == ReportState.APPROVED else None,
            ).save()


def next_place(amount: int | None) -> Entry:
    programme, _is_new = Programme.objects.get_or_create(year=2024)
    return Entry(project=entry_of(OWN).project, programme=programme, disbursed_before=amount)


@pytest.mark.parametrize(
    ("months", "before", "amount", "known"),
    [
        (12, 0, YEAR + YEAR // 100, None),  # one per cent is how figures are rounded
        (12, 0, YEAR + YEAR // 100 + 1, YEAR),
        (12, 0, YEAR - YEAR // 100 - 1, YEAR),
        (12, 5 * YEAR, 6 * YEAR, None),
        (12, 0, None, None),
        (12, None, 9 * YEAR, None),  # nobody knows what was before that
        (12, None, YEAR // 2, YEAR),  # but it was not less
        (11, 0, 9 * YEAR, None),  # nor what the last month was
        (11, 0, 0, YEAR // 12 * 11),
        (0, None, 0, None),
    ],
)
def test_what_was_disbursed_before_the_year_follows_from_the_year_before(months, before, amount, known, reported):
    reported(months, before=before)
    entry = next_place(amount)
    here = found(PlausibilityKind.CARRIED_FORWARD, entry)
    assert [field for field, _other in here] == ([] if known is None else ["disbursed_before"])
    assert found(PlausibilityKind.CARRIED_FORWARD, entry, Surroundings(records=[entry])) == here


@pytest.mark.parametrize("what", [{"basis": Basis.ILLUSTRATIVE}, {"state": ReportState.SUBMITTED}])
def test_what_is_not_approved_or_only_illustrates_is_held_against_nothing(what, reported):
    reported(12, **what)
    assert not found(PlausibilityKind.CARRIED_FORWARD, next_place(0))


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"joined": dt.date(2023, 4, 30)}, "joined"),
        ({"joined": dt.date(2023, 1, 31)}, None),
        ({"left": dt.date(2023, 3, 1)}, "left"),
        ({"left": dt.date(2023, 4, 1)}, None),
        ({"joined": dt.date(2023, 2, 1), "left": dt.date(2023, 3, 1)}, "joined"),
    ],
)
def test_days_that_leave_out_a_reported_month_are_doubted(days, field, reported):
    reported(3)
    entry = entry_of(OWN)
    for name, day in days.items():
        setattr(entry, name, day)
    here = found(PlausibilityKind.OFF_LIST, entry)
    assert [each for each, _other in here] == ([field] if field else [])
    assert found(PlausibilityKind.OFF_LIST, entry, Surroundings(records=[entry])) == here
