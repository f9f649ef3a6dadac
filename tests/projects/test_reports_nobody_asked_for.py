"""Whoever is not asked to report is not reported on, at any door; what was stored before is shown, and waits in no count."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from portfolio.models import ApiToken
from projects.choices import Measure, ReportState, Role, TaskKind
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme
from projects.models.bulk import Keys, insert_with_history
from projects.monitoring.report_counts import arrivals
from projects.monitoring.tasks import tasks_of
from projects.pages.review import count_waiting_by_month
from projects.pages.tasks.page import round_places
from projects.reminders.mails import get_entries_without_report
from projects.totals.coverage import reports_of
from projects.totals.totals import breakdowns, pending
from projects.workflows import reporting
from tests.pages import opened
from tests.people import person
from tests.projects.api.conftest import System
from tests.projects.asking import scope_of
from tests.projects.imports.workbooks.made import looked_at, xlsx
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
    with create_revision(reason="before"):
        pk = Keys().take(MonthlyReport)
        report = MonthlyReport(pk=pk, entry=entry_of(code), month=month, disbursed=YI, state=state, **facts)
        if state == "approved":
            report.approved_at, report.approved_by = now, person("reviewer", Role.PROVINCE)
        insert_with_history([report])
    return MonthlyReport.objects.get(pk=pk)


# refused at every door


def test_a_new_report_is_refused_whoever_brings_it(register):
    with pytest.raises(ValidationError) as refused:
        MonthlyReport(entry=entry_of(PUBLISHED), month=7).save()
    assert WORDS in refused.value.message_dict["entry"][0]


def test_the_api_says_so_at_the_field(changsha_writer):
    _token, secret = ApiToken.objects.create(user=changsha_writer, scope="write")
    answer = System(secret).post("/reports/", {"project": PUBLISHED, "month": "2023-07", "disbursed": YI})
    assert answer.status_code == 400
    assert WORDS in answer.data["errors"]["entry"][0]


def test_the_administration_says_so_at_the_field(province, client_of):
    data = {"entry": entry_of(PUBLISHED).pk, "month": 7, "disbursed": "1", "basis": "reported"}
    response = client_of(province).post("/admin/projects/monthlyreport/add/?lang=en", data)
    assert WORDS in str(response.context["adminform"].form.errors["entry"])


def test_a_workbook_says_so_at_its_row(changsha_writer):
    content = xlsx([["项目编号", "7月完成投资（万元）"], [PUBLISHED, 900]])
    found = looked_at(content, changsha_writer, kind="reports", month=7)
    assert found.rows[0].verdict == "refused"
    assert WORDS in " ".join(str(cell.words) for cell in found.rows[0].cells)


def test_what_was_published_of_a_month_is_no_report_of_a_bureau(register):
    entry = entry_of(PUBLISHED)
    with create_revision():
        MonthlyReport(
            entry=entry, month=7, disbursed=YI, state=ReportState.APPROVED, basis="published", source=entry.source
        ).save()


def test_a_place_on_the_list_that_was_reported_on_does_not_become_published(changsha_writer):
    entry = submitted(changsha_writer).entry
    entry.basis, entry.source = "published", entry_of(PUBLISHED).source
    with pytest.raises(ValidationError) as refused:
        entry.save()
    assert set(refused.value.message_dict) == {"basis"}


# stored before


def test_the_tasks_of_the_api_lead_to_those_that_they_count(changsha_writer, province):
    before("submitted", changsha_writer)
    before("returned", changsha_writer, month=6)
    report = submitted(changsha_writer)
    for state in ("submitted", "returned"):
        if state == "returned":
            reporting.send_back([report], user=province, comment="Why?")
        user = {"submitted": province, "returned": changsha_writer}[state]
        _token, secret = ApiToken.objects.create(user=user)
        system = System(secret)
        [task] = [each for each in system.get("/tasks/").data["tasks"] if f"state={state}" in each["records"]]
        assert system.get(task["records"]).data["count"] == task["number"]
        assert system.get("/reports/", state=state).data["count"] > task["number"]
        assert system.get("/reports/", state=state, asked="false").data["count"] == 1


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


def test_its_page_says_that_nobody_asks_for_it_and_leads_to_no_sheet(changsha_writer, province, client_of):
    before("submitted", changsha_writer)
    for user in (changsha_writer, province):
        page = opened(client_of(user), f"/projects/{PUBLISHED}/reports/2023-07/?lang=en")
        assert WORDS in page.text
        assert not [each for each in [each.href for each in page.anchors] if "/review/" in each and "open=" in each]


def numbers(user: Any) -> dict[str, Any]:
    """What each door says of the round of July."""
    scope = scope_of(user, {"month": "2023-07"})
    status = scope.months.by_number[7]
    figures = breakdowns(scope, None, compared=False, figures=(Measure.REPORTS_IN, Measure.REPORTS_MISSING))[
        None
    ].total_row.figures
    found = Programme.objects.get(year=2023).rounds.get(month=7)
    _places, total = round_places(found, user)
    tasks = {(each.kind, each.month.number): each.number for each in tasks_of(user).items if each.month}
    number = arrivals([found], user=user)[found.pk]
    return {
        "asked": {status.asked, number.asked, figures[Measure.REPORTS_IN].of, found.entries().count()},
        "waiting": {
            reports_of(scope, status).waiting,
            pending(scope).reports,
            sum(count_waiting_by_month(user).values()),
            number.arrived - number.approved,
            total.counts.waiting,
            figures[Measure.REPORTS_IN].value,
            tasks.get((TaskKind.REPORTS_TO_REVIEW, 7), 0),
            MonthlyReport.objects.submitted().count(),
        },
        "missing": {
            number.missing,
            total.counts.missing,
            figures[Measure.REPORTS_MISSING].value,
            len(get_entries_without_report(found)),
            tasks[TaskKind.OUTSTANDING_REPORTS, 7],
        },
        "returned": {total.counts.returned},
    }


@pytest.mark.parametrize("state", ["submitted", "returned", "draft"])
def test_every_door_counts_the_reports_that_are_asked(changsha_writer, province, state):
    submitted(changsha_writer)
    before(state, changsha_writer)
    assert numbers(province) == {"asked": {30}, "waiting": {1}, "missing": {29}, "returned": {0}}
    kinds = {each.kind for each in tasks_of(changsha_writer).items}
    assert TaskKind.RETURNED_REPORTS not in kinds


def test_who_has_left_the_list_meanwhile_is_asked_no_more(changsha_writer, province):
    """The same of a month in which the project is no more on the list."""
    report = submitted(changsha_writer)
    for joined, left, asked in (
        (None, "2023-07-31", False),
        (None, "2023-08-01", True),
        ("2023-07-31", None, True),
        ("2023-08-01", None, False),
        ("2022-09-01", "2024-01-01", True),
    ):
        entry = Entry.objects.get(pk=report.entry_id)
        entry.joined, entry.left = joined, left
        with create_revision():
            entry.full_clean()
            entry.save()
        assert MonthlyReport.objects.submitted().exists() == asked, (joined, left)
        assert {len(each) for each in numbers(province).values()} == {1}
        assert numbers(province)["waiting"] == {int(asked)}
