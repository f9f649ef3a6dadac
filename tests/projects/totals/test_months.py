"""The month that pages, API and files go to by themselves, held against the records counted one by one."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Revision, Round, Source
from projects.periods import Month
from projects.totals.months import months_of

from ..asking import scope_of
from ..july import ASKED, order, set_today, stage

WALK = [  # approved of 30, closed, the month that is shown
    (0, False, 6),
    (26, True, 6),
    (27, False, 6),
    (27, True, 7),
    (30, False, 7),
    (30, True, 7),
]
QUERY = """
    SELECT COUNT(*), COALESCE(SUM(e.planned_disbursement), 0),
        COUNT(r.id), COALESCE(SUM(CASE WHEN r.id IS NOT NULL THEN e.planned_disbursement END), 0)
    FROM projects_entry e
    LEFT JOIN projects_monthlyreport r ON r.entry_id = e.id AND r.month = %(month)s AND r.state = 'approved'
    WHERE e.programme_id = %(programme)s AND e.basis <> 'published'
        AND (e.joined IS NULL OR e.joined <= %(last)s) AND (e."left" IS NULL OR e."left" > %(last)s)
"""


def default_month(programme: Programme) -> int:
    return months_of(programme).default


def july(programme: Programme) -> Any:
    return months_of(programme).by_number[7]


def rows(model: Any) -> QuerySet:
    return QuerySet(model)


@pytest.mark.parametrize(("number", "closed", "shown"), WALK)
def test_july_is_shown_once_all_is_approved_or_it_has_closed_with_nine_tenths(register, number, closed, shown):
    programme = stage(number, closed=closed)
    status = july(programme)
    assert default_month(programme) == shown
    assert (status.approved, status.asked, status.is_closed) == (number, ASKED, closed)
    assert status.is_open == (shown == 6)
    assert status.is_complete == (number == 30)


def test_nine_tenths_are_of_the_plan_too(register):
    programme = stage(27, closed=True)
    lacking = order()[27]
    rows(Entry).filter(project__code=lacking).update(planned_disbursement=10**11)
    assert july(programme).approved == 27
    assert default_month(programme) == 6
    rows(MonthlyReport).filter(entry__project__code=lacking, month=7)._raw_delete("default")
    rows(Entry).filter(project__code=lacking).update(planned_disbursement=None)
    assert default_month(programme) == 7


def test_how_much_is_enough_is_a_setting(register, settings):
    programme = stage(6, closed=True)
    settings.CLOSED_MONTH_PERCENT = 10
    assert default_month(programme) == 7
    settings.CLOSED_MONTH_PERCENT = 100
    assert default_month(stage(27, closed=True)) == 6


def test_a_month_without_a_round_closes_with_the_next_one(register):
    programme = stage(27)
    rows(Round).filter(month=7)._raw_delete("default")
    for day, shown in ((dt.date(2023, 8, 31), 6), (dt.date(2023, 9, 1), 7)):
        set_today(day)
        assert default_month(Programme.objects.get(pk=programme.pk)) == shown


def test_a_month_of_which_nobody_is_asked_is_neither_shown_nor_open(register):
    rows(Entry).update(basis="published", source=Source.objects.first())
    programme = stage(0)
    months = months_of(programme)
    assert (months.default, months.open) == (0, None)


def test_no_month_counts_after_a_gap(register):
    programme = stage(0, closed=True)
    rows(MonthlyReport).filter(month=3).exclude(entry__project__code=order()[0])._raw_delete("default")
    months = months_of(programme)
    assert months.default == 2
    assert [number for number in range(1, 8) if months.by_number[number].is_open] == [3, 4, 5, 6, 7]
    counted = months.with_status(
        replace(months.by_number[3], approved=30, planned_approved=months.by_number[3].planned)
    )
    assert counted.default == 6


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_plain_sql_counts_whatever_the_register(changsha_writer, province, seed):
    """Now, from the sums of the database, and as of the newest revision, from the records one by one."""
    dice = random.Random(seed)  # noqa: S311  no secret
    programme = stage(dice.choice((0, 5, 27, 30)), closed=dice.choice((True, False)))
    for entry in dice.sample(list(Entry.objects.filter(programme=programme)), 14):
        days = sorted(dt.date(2023, dice.randint(1, 12), dice.randint(1, 28)) for _each in range(2))
        entry.joined, entry.left = (dice.choice((None, day)) for day in days)
        entry.planned_disbursement = dice.choice((None, 0, 10**9, entry.planned_disbursement))
        if entry.planned_disbursement is None:
            entry.planned_disbursement_reported_by = ""
        with create_revision(reason="any"):
            entry.save()
    for report in dice.sample(list(MonthlyReport.objects.filter(entry__programme=programme, month=6)), 5):
        report.submitted_at, report.submitted_by, report.handed_in_on = (
            timezone.now(),
            changsha_writer,
            dt.date(2023, 7, 5),
        )
        report.state, report.approved_at, report.approved_by = "submitted", None, None
        with create_revision(reason="any"):
            report.save()
    programme = Programme.objects.get(pk=programme.pk)
    now = months_of(programme)
    counted = {}
    for number in range(1, 13):
        month = Month(2023, number)
        values = {"month": number, "programme": programme.pk, "first": month.first_day, "last": month.last_day}
        with connection.cursor() as cursor:
            cursor.execute(QUERY, values)
            counted[number] = tuple(map(int, cursor.fetchone()))
    assert {
        number: (each.asked, each.planned, each.approved, each.planned_approved)
        for number, each in now.by_number.items()
    } == counted
    with override_as_of(AsOf.parse(f"r{Revision.objects.newest_number()}")):
        then = months_of(programme)
    assert then.by_number[6].waiting
    assert now.by_number == then.by_number


def test_the_past_has_the_month_that_counted_then(analyst):
    stage(6, closed=True)
    before = Revision.objects.newest_number()
    stage(30, closed=True)
    assert scope_of(analyst).last_month == 7
    with override_as_of(AsOf.parse(f"r{before}")):
        assert scope_of(analyst).last_month == 6
