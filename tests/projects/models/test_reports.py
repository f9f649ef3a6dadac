"""What a report may say: amounts in their unit, sums that fit, corrections with a reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.choices import ReportState
from projects.models import MonthlyReport, Programme
from projects.workflows import reporting

from .reports_made import YI, approved, drafted, submitted, total_is


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def said(error):
    return {name: " ".join(messages) for name, messages in error.value.message_dict.items()}


def test_an_amount_in_another_unit_is_caught_and_the_right_one_offered(register):
    with pytest.raises(ValidationError) as refused:
        drafted(disbursed=8_094 * YI)
    text = said(refused)["disbursed"]
    assert "more than the whole project" in text
    assert "If you meant 8,094 in units of 10,000 CNY, that is 80,940,000 CNY" in text
    assert "80,940,000 CNY (0.08094 billion CNY)" in text


def test_a_report_that_is_more_than_the_project_by_now_is_given_back_and_goes_no_further(changsha_writer, province):
    report = submitted(changsha_writer)
    total_is(YI // 2)
    assert too_large(reporting.approve, report, province)
    [report] = reporting.withdraw([report], user=changsha_writer)
    assert too_large(reporting.submit, report, changsha_writer)
    report.disbursed = YI // 4
    report.save()
    [report] = reporting.submit([report], user=changsha_writer)
    total_is(YI // 8)
    assert reporting.send_back([report], user=province, comment="Why?")[0].state == ReportState.RETURNED


def too_large(step, report, user):
    with pytest.raises(reporting.RefusedError) as refused:
        step([report], user=user)
    [refusal] = refused.value.refusals.values()
    return list(refusal.errors) == ["disbursed"] and "50,000,000 CNY" in refusal.errors["disbursed"][0]


def test_a_quoted_year_to_date_that_does_not_fit_shows_the_difference(register):
    report = drafted()
    before = report.year_to_date - YI
    report.quoted_year_to_date = before + 2 * YI
    with pytest.raises(ValidationError) as refused:
        report.full_clean()
    assert said(refused)["disbursed"].endswith(": a difference of 100,000,000 CNY (0.1 billion CNY).")
    report.quoted_year_to_date = before + YI
    report.full_clean()


def test_the_year_to_date_is_all_that_the_entry_has_reported_up_to_the_month(register):
    report = drafted()
    approved_before = MonthlyReport.objects.filter(entry=report.entry, month__lte=6).added_up()
    assert report.year_to_date == approved_before + YI
    assert drafted(month=8, disbursed=3).year_to_date == approved_before + YI + 3
    assert MonthlyReport.objects.get(entry=report.entry, month=1).year_to_date is not None


def test_a_start_after_the_month_has_not_happened(register):
    with pytest.raises(ValidationError) as refused:
        drafted(started_on=dt.date(2023, 8, 1))
    assert list(said(refused)) == ["started_on"]


def test_after_the_close_a_correction_needs_new_words_each_time(province, changsha_writer):
    report = approved(changsha_writer, province)
    report.disbursed = 2 * YI
    report.save()  # the round is open
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 8, 21)
    programme.save()
    report = MonthlyReport.objects.get(pk=report.pk)
    for amount, words in ((3 * YI, "An invoice was late"), (4 * YI, "A second invoice")):
        report.disbursed = amount
        with pytest.raises(ValidationError) as refused:
            report.save()
        assert list(said(refused)) == ["correction_reason"]
        report.correction_reason = words
        report.save()
    assert [row.correction_reason for row in report.history.all()[:2]] == ["A second invoice", "An invoice was late"]


def test_the_public_sees_a_report_from_its_approval_on(changsha_writer, province, settings):
    settings.PUBLIC_READ = True
    report = submitted(changsha_writer)
    july = MonthlyReport.objects.filter(month=7)
    assert not july.visible_to(AnonymousUser()).exists()
    assert july.visible_to(changsha_writer).exists()
    reporting.approve([report], user=province)
    assert july.visible_to(AnonymousUser()).exists()
