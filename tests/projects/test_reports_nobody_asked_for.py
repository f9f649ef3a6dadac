"""Whoever is not asked to report is not reported on, at any door; what was stored before is shown, and waits in no count."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from projects.choices import Measure, Role, TaskKind
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Programme
from projects.monitoring.report_counts import ReportCounts, arrivals, count_reports_by_prefecture
from projects.monitoring.tasks import tasks_of
from projects.pages.review import count_waiting_by_month
from projects.reminders.mails import get_entries_without_report
from projects.totals.coverage import reports_of
from projects.totals.totals import breakdowns, pending
from projects.workflows import reporting
from tests.inserting import insert
from tests.people import person
from tests.projects.asking import scope_of
from tests.projects.models.reports_made import YI, entry_of, submitted

PUBLISHED = "HN-EI-2023-01"  # in Changsha
WORDS = "No report is asked of this project"


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def before(state: str, user: Any, *, month: int = 7, code: str = PUBLISHED) -> MonthlyReport:
    """A report as a register has it that stored it before it was refused."""
    now = timezone.now()
    handed_in = {"submitted_at": now, "submitted_by": user, "handed_in_on": "2023-08-03"}
    returned = {"returned_at": now, "returned_by": user, "comment": "Why?"}
    facts = {"draft": {}, "submitted": handed_in, "returned": handed_in | returned, "approved": handed_in}[state]
    with create_revision(reason="before") as draft:
        report = MonthlyReport(entry=entry_of(code), month=month, disbursed=YI, state=state, **facts)
        if state == "approved":
            report.approved_at, report.approved_by = now, person("reviewer", Role.PROVINCE)
        insert([report], draft)
    return MonthlyReport.objects.get(pk=report.pk)


# refused at every door


def test_a_new_report_is_refused_whoever_brings_it(register):
    with pytest.raises(ValidationError) as refused:
        MonthlyReport(entry=entry_of(PUBLISHED), month=7).save()
    assert WORDS in refused.value.message_dict["entry"][0]


def test_a_place_on_the_list_that_was_reported_on_does_not_become_published(changsha_writer):
    entry = submitted(changsha_writer).entry
    entry.basis, entry.source = "published", entry_of(PUBLISHED).source
    with pytest.raises(ValidationError) as refused:
        entry.save()
    assert set(refused.value.message_dict) == {"basis"}


# stored before


def test_what_was_stored_before_can_be_withdrawn_and_returned_but_goes_no_further(changsha_writer, province):
    report = before("submitted", changsha_writer)
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.approve([report], user=province)
    assert WORDS in str(refused.value)
    [report] = reporting.send_back([report], user=province, comment="Nobody asked.")
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.submit([report], user=changsha_writer)
    assert WORDS in str(refused.value)
    other = before("submitted", changsha_writer, month=6)
    [other] = reporting.withdraw([other], user=changsha_writer)
    other.disbursed = 5
    with pytest.raises(ValidationError):
        other.save()


def numbers(user: Any) -> dict[str, Any]:
    """What each door says of the round of July."""
    scope = scope_of(user, {"month": "2023-07"})
    status = scope.months.by_number[7]
    figures = breakdowns(scope, None, compared=False, figures=(Measure.REPORTS_IN, Measure.REPORTS_MISSING))[
        None
    ].total_row.figures
    found = Programme.objects.get(year=2023).rounds.get(month=7)
    total = ReportCounts(
        *map(sum, zip(*count_reports_by_prefecture([found], user=user)[found.pk].values(), strict=True))
    )
    tasks = {(each.kind, each.month.number): each.number for each in tasks_of(user).items if each.month}
    number = arrivals([found], user=user)[found.pk]
    return {
        "asked": {status.asked, number.asked, figures[Measure.REPORTS_IN].of, found.entries().count()},
        "waiting": {
            reports_of(scope, status).waiting,
            pending(scope).reports,
            sum(count_waiting_by_month(user).values()),
            number.arrived - number.approved,
            total.waiting,
            figures[Measure.REPORTS_IN].value,
            tasks.get((TaskKind.REPORTS_TO_REVIEW, 7), 0),
            MonthlyReport.objects.submitted().count(),
        },
        "missing": {
            number.missing,
            total.missing,
            figures[Measure.REPORTS_MISSING].value,
            len(get_entries_without_report(found)),
            tasks[TaskKind.OUTSTANDING_REPORTS, 7],
        },
        "returned": {total.returned},
    }


@pytest.mark.parametrize("state", ["submitted", "returned", "draft"])
def test_every_door_counts_the_reports_that_are_asked(changsha_writer, province, state):
    submitted(changsha_writer)
    before(state, changsha_writer)
    assert numbers(province) == {"asked": {30}, "waiting": {1}, "missing": {29}, "returned": {0}}
    kinds = {each.kind for each in tasks_of(changsha_writer).items}
    assert TaskKind.RETURNED_REPORTS not in kinds
