"""A past month may be reported without a round: what leads to its sheet leads to its reports, not to a missing page."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from projects.choices import ReminderKind
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.reminders import mails_due
from projects.workflows import reporting
from tests.projects.models.reports_made import entry_of
from tests.projects.test_year_of_a_record import put_on_list

SHEET = "/rounds/2024-01/"


@pytest.fixture
def report(register: None, changsha_writer: Any) -> MonthlyReport:
    put_on_list(2024)
    with create_revision():
        entry = entry_of(year=2024)
        entry.basis = "reported"
        entry.save()
        made = MonthlyReport(entry=entry, month=1, disbursed=10**8)
        made.save()
    reporting.submit([made], user=changsha_writer)
    made.refresh_from_db()
    return made


@pytest.fixture
def returned(report: MonthlyReport, province: Any) -> MonthlyReport:
    reporting.send_back([report], user=province, comment="wrong amount")
    report.refresh_from_db()
    return report


def listed_at(client: Any, address: str) -> list[str]:
    """The reports of the list of the administration that an address leads to."""
    answer = client.get(address, follow=True)
    assert answer.redirect_chain
    return [str(each) for each in answer.context["cl"].result_list]


def test_the_task_leads_to_what_was_returned(returned, changsha_writer, client_of):
    client = client_of(changsha_writer)
    [address] = set(re.findall(r'href="(/rounds/2024-01/[^"]*)"', client.get("/tasks/").content.decode()))
    assert listed_at(client, address) == [str(returned)]


def test_so_does_the_letter(returned, changsha_writer, client_of, monkeypatch):
    changsha_writer.email = "changsha@example.org"
    changsha_writer.save()
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr("projects.reminders.mails.timezone.now", lambda: later)
    [letter] = [each for each in mails_due() if each.kind == ReminderKind.RETURN]
    [address] = set(re.findall(r"https?://[^/]+(/rounds/\S+)", letter.body))
    assert listed_at(client_of(changsha_writer), address) == [str(returned)]


def test_so_does_the_review(report, province, client_of):
    client = client_of(province)
    assert f'href="{SHEET}' in client.get("/review/").content.decode()
    assert listed_at(client, SHEET) == [str(report)]
    assert listed_at(client, f"{SHEET}?show=returned") == []
    assert client.get(f"{SHEET}?show=outstanding").status_code == 302


def test_a_month_without_reports_is_no_page_nor_one_whose_reports_are_others(
    report, zhuzhou_writer, province, client_of
):
    assert client_of(zhuzhou_writer).get(SHEET).status_code == 404
    for month in ("2024-02", "2024-1", "2022-01", "0000-00", "x"):
        assert client_of(province).get(f"/rounds/{month}/").status_code == 404
    assert client_of(province).post(SHEET, {"action": "save"}).status_code == 404


def test_its_report_is_submitted_and_withdrawn_on_its_page(returned, changsha_writer, changsha_reader, client_of):
    bureau, page = client_of(changsha_writer), f"/projects/{returned.entry.project.code}/reports/2024-01/"
    for action, state in (("submit", "submitted"), ("withdraw", "draft")):
        assert f'href="{page}{action}/' in bureau.get(page).content.decode()
        assert client_of(changsha_reader).get(f"{page}{action}/").status_code == 403
        form = {"version": bureau.get(f"{page}{action}/").context["version"]}
        assert bureau.post(f"{page}{action}/", {"version": "0" * 32}).status_code == 409
        assert bureau.post(f"{page}{action}/", form).status_code == 302
        returned.refresh_from_db()
        assert returned.state == state
    assert bureau.post(f"{page}withdraw/", form).status_code == 409
