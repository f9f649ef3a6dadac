"""Sums of what is reported, approved or not."""

from fractions import Fraction

import pytest

from projects.models import Entry, MonthlyReport
from projects.monitoring.sheet import AmountSum, add_amounts, sheet_totals


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([1, None, 2], AmountSum(3, 2, 3)),
        ([None], AmountSum(None, 0, 1)),
        ([], AmountSum(None, 0, 0)),
        ([0], AmountSum(0, 1, 1)),
    ],
)
def test_what_is_not_known_is_never_zero(amounts, total):
    assert add_amounts(amounts) == total


@pytest.mark.django_db
def test_a_sheet_adds_up_last_months_approved_and_this_months_in_any_state(register):
    entries = Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100").asked_to_report()
    first, second = entries.order_by("pk")[:2]
    MonthlyReport(entry=first, month=7, disbursed=5, basis="illustrative").save()
    MonthlyReport(entry=second, month=7, basis="illustrative").save()
    MonthlyReport(entry=first, month=8, disbursed=100, basis="illustrative").save()
    found = sheet_totals(entries, month=7)
    plans = [entry.planned_disbursement for entry in entries]
    june = MonthlyReport.objects.filter(entry__in=entries, month=6).values_list("disbursed", flat=True)
    assert found.plan == AmountSum(sum(plans), len(plans), len(plans))
    assert found.last == AmountSum(sum(june), len(plans), len(plans))
    assert found.now == AmountSum(5, 1, len(plans))
    assert sheet_totals(entries, month=8).last == AmountSum(None, 0, len(plans))


@pytest.mark.django_db
def test_the_year_to_date_and_the_share_are_of_those_that_have_this_month_and_a_plan(register):
    entries = Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100")
    asked = entries.asked_to_report().order_by("pk")
    unplanned = entries.filter(planned_disbursement=None).first()
    first, second = asked[:2]
    MonthlyReport(entry=first, month=7, disbursed=5, basis="illustrative").save()
    said = {"state": "approved", "basis": "published", "source": unplanned.source}
    MonthlyReport(entry=unplanned, month=7, disbursed=1_000, **said).save()
    found = sheet_totals(entries, month=7)
    before = MonthlyReport.objects.filter(entry=first, month__lt=7).added_up()
    assert found.year_to_date == AmountSum(before + 1_005, 2, entries.count())
    assert found.share == Fraction(before + 5, first.planned_disbursement)
    assert found.with_share == 1
    assert second.planned_disbursement  # of which nothing is known this month


@pytest.mark.django_db
def test_what_was_typed_stands_in_the_place_of_what_the_report_says(register):
    entries = Entry.objects.filter(programme__year=2023, project__prefecture__adcode="430100").asked_to_report()
    first, second, third = entries.order_by("pk")[:3]
    for entry in (first, second):
        MonthlyReport(entry=entry, month=7, disbursed=5, basis="illustrative").save()
    typed = {first.pk: 7, second.pk: None, third.pk: -2}
    found = sheet_totals(entries, month=7, typed=typed)
    before = MonthlyReport.objects.filter(entry__in=(first, third), month__lt=7).added_up()
    assert found.now == AmountSum(5, 2, entries.count())
    assert found.year_to_date == AmountSum(before + 5, 2, entries.count())
    assert found.share == Fraction(before + 5, first.planned_disbursement + third.planned_disbursement)
    assert MonthlyReport.objects.filter(month=7).added_up() == 10
