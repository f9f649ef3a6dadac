"""Sums of what is reported, approved or not."""

import pytest

from projects.choices import ReportState
from projects.models import Entry, MonthlyReport
from projects.monitoring.sheet_totals import Added, added, sheet_totals


@pytest.mark.parametrize(
    ("amounts", "total"),
    [([1, None, 2], Added(3, 2, 3)), ([None], Added(None, 0, 1)), ([], Added(None, 0, 0)), ([0], Added(0, 1, 1))],
)
def test_what_is_not_known_is_never_zero(amounts, total):
    assert added(amounts) == total


@pytest.mark.django_db
def test_a_sheet_adds_up_last_months_approved_and_this_months_in_any_state(register):
    entries = Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100").asked_to_report()
    first, second = entries.order_by("pk")[:2]
    MonthlyReport(entry=first, month=7, disbursed=5, basis="illustrative").save()
    MonthlyReport(entry=second, month=7, basis="illustrative").save()
    MonthlyReport(entry=first, month=8, disbursed=100, basis="illustrative").save()
    found = sheet_totals(entries, MonthlyReport.objects.filter(), month=7)
    plans = [entry.planned_disbursement for entry in entries]
    june = MonthlyReport.objects.filter(entry__in=entries, month=6).values_list("disbursed", flat=True)
    assert found.plan == Added(sum(plans), len(plans), len(plans))
    assert found.last == Added(sum(june), len(plans), len(plans))
    assert found.now == Added(5, 1, len(plans))
    assert sheet_totals(entries, MonthlyReport.objects.filter(), month=8).last == Added(None, 0, len(plans))
    approved = MonthlyReport.objects.filter(state=ReportState.APPROVED)
    assert sheet_totals(entries, approved, month=7).now == Added(None, 0, len(plans))


@pytest.mark.django_db
def test_a_sheet_without_entries_adds_up_to_nothing_known(register):
    found = sheet_totals(Entry.objects.none(), MonthlyReport.objects.filter(), month=7)
    assert (found.plan, found.last, found.now) == (Added(None, 0, 0),) * 3
