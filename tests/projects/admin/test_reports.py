"""Monthly reports: what they say is typed, how far they have come is the workflow's."""

from __future__ import annotations

import pytest

from projects.choices import Basis
from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.projects.admin.forms import change_url, errors_of, filled, project, seen, url

LIST = "/admin/projects/monthlyreport/"


@pytest.fixture
def draft(register):
    return drafted("21")


def drafted(code, **values):
    """A draft of July that can be submitted."""
    content = {"disbursed": 10**8, "reason": "Rain", "measure": "A second shift", "basis": "illustrative"} | values
    report = MonthlyReport(entry=project(code).entries.get(), month=7, **content)
    report.save()
    return report


def state_of(report):
    return MonthlyReport.objects.get(pk=report.pk).state


def test_a_writer_types_a_draft_which_the_form_shows_again(changsha_writer, client_of):
    browser = client_of(changsha_writer)
    entry = project("21").entries.get()
    data = {"entry": entry.pk, "month": 7, "disbursed": "0.5", "stage": "equipment", "forecast": "6"}
    data |= {"basis": "reported", "state": "approved"}
    assert browser.post(url(MonthlyReport, "add"), data).status_code == 302
    made = entry.reports.get(month=7)
    assert (made.state, made.disbursed, made.stage, made.forecast) == ("draft", 50_000_000, "equipment", 600_000_000)
    assert made.basis == Basis.ILLUSTRATIVE  # as the project of which it speaks
    page = browser.get(change_url(made))
    assert browser.post(change_url(made), filled(page, disbursed="0.6")).status_code == 302
    assert entry.reports.get(month=7).disbursed == 60_000_000


@pytest.mark.parametrize("name", ["state", "submitted_at", "approved_by", "handed_in_on", "comment"])
def test_state_times_and_persons_cannot_be_typed(name, province, client_of, draft):
    browser = client_of(province)
    page = browser.get(change_url(draft))
    assert f'name="{name}"' not in page.content.decode()
    before = MonthlyReport.objects.values().get(pk=draft.pk)
    forged = filled(page, **{name: "approved", "submitted_by": str(province.pk), "approved_at_0": "2023-08-01"})
    assert browser.post(change_url(draft), forged).status_code == 302
    assert MonthlyReport.objects.values().get(pk=draft.pk) == before


def test_a_negative_amount_is_typed_with_its_reason(province, client_of, draft):
    browser = client_of(province)
    page = browser.get(change_url(draft))
    assert set(errors_of(browser.post(change_url(draft), filled(page, disbursed="-0.5")))) == {"correction_reason"}
    data = filled(page, disbursed="−0.5", correction_reason="Counted twice in June")
    assert browser.post(change_url(draft), data).status_code == 302
    assert MonthlyReport.objects.get(pk=draft.pk).disbursed == -50_000_000
    assert "= −50,000,000 元" in browser.get(change_url(draft)).content.decode()


@pytest.mark.permission
def test_a_submitted_report_is_nobodys_to_change_and_an_approved_one_the_provinces(
    changsha_writer, province, client_of, draft
):
    reporting.submit([draft], user=changsha_writer)
    for user in (changsha_writer, province):
        assert client_of(user).get(change_url(draft)).status_code == 200
        assert client_of(user).post(change_url(draft), {"disbursed": "9"}).status_code == 403
    reporting.approve([draft], user=province)
    assert client_of(changsha_writer).post(change_url(draft), {"disbursed": "9"}).status_code == 403
    browser = client_of(province)
    data = filled(browser.get(change_url(draft)), disbursed="1.1")
    assert browser.post(change_url(draft), data).status_code == 302
    assert MonthlyReport.objects.get(pk=draft.pk).disbursed == 110_000_000


@pytest.mark.parametrize("action", ["submit", "approve", "return"])
def test_steps_are_taken_on_the_page_of_the_report_to_which_its_form_leads(action, province, client_of, draft):
    browser = client_of(province)
    data = {"action": action, "_selected_action": [draft.pk], "_seen": seen()}
    browser.post(LIST, data | {"step": "confirm", "comment": "x"})
    assert state_of(draft) == "draft"
    page = f"/projects/{draft.entry.project.code}/reports/2023-07/"
    assert f'href="{page}"' in browser.get(change_url(draft)).content.decode()
