"""What goes by the clock is not cached: a decision can be taken back for minutes, though nothing is written after it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.projects.models.reports_made import approved

from .asking import token_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("path", ["/api/v1/reports/{}/", "/api/v1/reports/?project={}&month=2023-07"])
def test_a_decision_is_not_offered_to_be_taken_back_for_longer(site, province, changsha_writer, path, monkeypatch):
    report = approved(changsha_writer, province)
    asked, token = path.format(report.pk if path.endswith("{}/") else report.entry.project.code), token_of(province)
    assert b'"retract"' in site.ask(asked, token).data
    later = timezone.now() + reporting.TAKEN_BACK_WITHIN + dt.timedelta(seconds=1)
    monkeypatch.setattr(reporting.timezone, "now", lambda: later)
    assert b'"retract"' not in site.ask(asked, token).data
    assert MonthlyReport.objects.get(pk=report.pk).state == "approved"
