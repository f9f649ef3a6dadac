"""Posting the sheet of a month again, once its round has closed or its reports are approved."""

import pytest

from projects.choices import ReportState
from projects.history.digests import digest_of
from projects.models import MonthlyReport
from tests.pages import opened, read
from tests.projects.models.reports_made import today_is

from .rounds import JULY, REASONS, entries, fields, inputs, july, posted, version_now

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_a_closed_round_takes_corrections_with_a_reason(changsha_writer, client_of):
    today_is("2023-09-01")
    entry = entries()[0]
    client = client_of(changsha_writer)
    assert "The round closed on 2023-08-20." in opened(client, JULY, lang="en").text
    posted(client, fields(entry, disbursed="0.1", **REASONS), action="submit")
    assert july(entry).state == ReportState.DRAFT
    row = fields(entry, version=version_now(entry), disbursed="0.1", correction_reason="found late", **REASONS)
    posted(client, row, action="submit")
    assert july(entry).state == ReportState.SUBMITTED


def test_the_province_corrects_an_approved_report_by_a_button_and_with_a_reason(province, client_of):
    client = client_of(province)
    entry = entries()[0]
    path = f"/rounds/2023-06/?correct={entry.project.code}"
    page = opened(client, f"{path}&lang=en")
    assert [name for name in inputs(page) if name.endswith("-disbursed")] == [f"{entry.pk}-disbursed"]
    version = inputs(page)[f"{entry.pk}-version"]["value"]
    refused = posted(client, fields(entry, version=version, disbursed="0.05"), path=path)
    assert "say why the report is corrected" in read(refused.content).text
    june = MonthlyReport.objects.get(entry=entry, month=6)
    assert june.disbursed == 0
    row = fields(entry, version=version, disbursed="0.05", correction_reason="counted twice")
    assert posted(client, row, path=path).status_code == 302
    june.refresh_from_db()
    assert (june.disbursed, june.state) == (50_000_000, ReportState.APPROVED)


def test_a_prefecture_does_not_correct_what_is_approved(changsha_writer, client_of):
    entry = entries()[0]
    path = f"/rounds/2023-06/?correct={entry.project.code}"
    page = opened(client_of(changsha_writer), path)
    assert f"{entry.pk}-disbursed" not in inputs(page)
    june = MonthlyReport.objects.get(entry=entry, month=6)
    posted(client_of(changsha_writer), fields(entry, version=digest_of(june), disbursed="5"), path=path)
    assert MonthlyReport.objects.get(entry=entry, month=6).disbursed == 0
