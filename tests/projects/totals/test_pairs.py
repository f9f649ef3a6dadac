"""Done and due are of the same pairs of entry and month: those that are reported."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from django.db.models import QuerySet

from projects.choices import Measure, PlanKind
from projects.models import Entry, MonthlyReport, Plan
from projects.totals.pace import get_reported_by_month, own_progress, plan_progress
from projects.totals.plans import plans_of
from projects.totals.totals import totals

from ..asking import scope_of
from ..july import stage

pytestmark = pytest.mark.django_db

SEED = 38


def progress_of(user, **query):
    return totals(scope_of(user, query)).total_row.figures[Measure.DISBURSED_OF_PLAN]


def reports():
    return list(MonthlyReport.objects.approved().filter(entry__programme__year=2023).select_related("entry__programme"))


def remove(report):
    QuerySet(MonthlyReport).filter(pk=report.pk)._raw_delete("default")


def part_of(report):
    return plans_of(report.entry)[PlanKind.ANNOUNCED].of_month(report.month)


def test_each_report_that_is_removed_takes_its_amount_and_its_month_of_the_plan(register, province):
    chance = random.Random(SEED)  # noqa: S311
    before = progress_of(province, through="2023-06")
    assert before.pairs.due * 2 == before.below == before.pairs.planned
    assert (before.pairs.reported, before.pairs.unreported) == (180, 0)
    for report in chance.sample(reports(), 40):
        remove(report)
        after = progress_of(province, through="2023-06")
        assert before.value - after.value == report.disbursed
        assert before.pairs.due - after.pairs.due == part_of(report)
        assert after.pairs.unreported - before.pairs.unreported == part_of(report)
        assert before.pairs.reported - after.pairs.reported == 1
        before = after


def test_an_entry_whose_report_went_back_is_rated_by_its_other_months(register, province):
    """A1: its missing month was a zero against the plan of that month."""
    lights = {each.entry.code: each.light for each in scope_of(province).standings}
    may = {each.entry.code: each.light for each in scope_of(province, {"through": "2023-05"}).standings}
    (report,) = [report for report in reports() if report.entry.project.code == "HN-EI-2023-34" and report.month == 6]
    remove(report)
    standings = {each.entry.code: each for each in scope_of(province).standings}
    assert {code: each.light for code, each in standings.items()} == lights | {"HN-EI-2023-34": may["HN-EI-2023-34"]}
    assert [(code, each.gaps) for code, each in standings.items() if each.gaps] == [("HN-EI-2023-34", [6])]
    assert standings["HN-EI-2023-34"].unreported == part_of(report)


def test_an_open_month_counts_the_reports_that_are_in_and_no_others(register, province):
    stage(4)
    june, july = progress_of(province), progress_of(province, through="2023-07")
    assert (june.pairs.reported, july.pairs.reported, july.known) == (180, 184, 30)
    assert july.pairs.due + july.pairs.unreported == Fraction(july.pairs.planned * 7, 12)
    assert july.value > june.value


def test_a_curve_asks_for_the_months_reported(register, province):
    report = next(report for report in reports() if report.month == 3)
    entry, amount = report.entry, report.entry.planned_disbursement
    curve = [0] * 11 + [amount]
    QuerySet(Plan).create(entry=entry, kind=PlanKind.ANNOUNCED, amount=amount, curve=curve, decided_on="2023-01-01")
    before = progress_of(province, through="2023-06", code=entry.project.code)
    assert (before.pairs.due, before.below) == (0, amount)


def test_entries_without_a_plan_are_on_neither_side(register, province):
    before, report = progress_of(province), reports()[0]
    QuerySet(Entry).filter(pk=report.entry_id).update(planned_disbursement=None)
    after = progress_of(province)
    assert (before.pairs.unplanned, after.pairs.unplanned) == (0, 1)
    assert before.pairs.reported - after.pairs.reported == 6
    own = [each for each in reports() if each.entry_id == report.entry_id]
    assert before.value - after.value == sum(each.disbursed for each in own)


def test_a_plan_of_the_whole_programme_takes_the_part_that_the_own_plans_do(register, province):
    remove(reports()[0])
    answer = totals(scope_of(province))
    (own,) = own_progress(answer)
    announced, monitored = plan_progress(answer)
    assert (announced.due, announced.is_scaled) == (own.due, False)
    assert (monitored.due, monitored.is_scaled) == (own.due * 31_700_000_000 / 47_300_000_000, True)


def test_the_programmes_plans_are_withheld_where_the_own_ones_are_too_far_from_it(register, province):
    keys = Entry.objects.filter(programme__year=2023, planned_disbursement__gt=0).order_by("-planned_disbursement")[:4]
    QuerySet(Entry).filter(pk__in=[entry.pk for entry in keys]).update(planned_disbursement=None)
    answer = totals(scope_of(province))
    assert plan_progress(answer) == []
    assert len(own_progress(answer)) == 1


def test_months_lead_to_the_whole(register, province):
    stage(4)
    scope = scope_of(province, {"through": "2023-07"})
    figure, by_month = progress_of(province, through="2023-07"), get_reported_by_month(scope)
    assert (by_month[-1].done, by_month[-1].due) == (figure.value, figure.pairs.due)
    assert by_month[5].due == progress_of(province, through="2023-06").pairs.due
