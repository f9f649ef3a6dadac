"""A report that is given back after its approval: what was on time once stays so, whoever made it."""

from __future__ import annotations

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import Programme
from projects.totals.scope import Scope
from projects.totals.totals import totals
from projects.workflows import reporting
from tests.projects.models.reports_made import approved, entry_of, today_is


def late_reports(user, month):
    scope = Scope(user=user, programme=Programme.objects.get(year=2023), first_month=month, last_month=month)
    return totals(scope, figures=("reports_late",)).total_row.figures["reports_late"].value


def corrected(report, user):
    with create_revision(user=user):
        report.reason, report.measure, report.correction_reason = "Rain", "A second shift", "As the statistics count"
        report.save()
    return reporting.submit([report], user=user)[0]


def test_what_was_loaded_and_never_late_is_not_late_for_being_reopened(changsha_writer, province):
    report = entry_of().reports.get(month=6)
    assert (report.state, report.handed_in_on, late_reports(province, 6)) == (ReportState.APPROVED, None, 0)
    [reopened] = reporting.reopen([report], user=province, comment="请按统计口径重报。")
    assert reopened.handed_in_on == report.round.punctual_until < report.entry.programme.today
    again = corrected(reopened, changsha_writer)
    assert (again.handed_in_on, late_reports(province, 6)) == (reopened.handed_in_on, 0)


def test_what_was_late_stays_late(changsha_writer, province):
    today_is("2023-08-15")
    report = approved(changsha_writer, province)
    assert late_reports(province, 7) == 1
    today_is("2023-08-16")
    [reopened] = reporting.reopen([report], user=province, comment="请按统计口径重报。")
    again = corrected(reopened, changsha_writer)
    assert (str(again.handed_in_on), late_reports(province, 7)) == ("2023-08-15", 1)
