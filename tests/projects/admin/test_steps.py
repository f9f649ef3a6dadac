"""The steps of a workflow inside the form of a record."""

from __future__ import annotations

from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.projects.admin.forms import change_url, project


def test_steps_are_listed_where_there_are_any(province, changsha_writer, client_of):
    entry = project("21").entries.get()
    draft = MonthlyReport(
        entry=entry, month=7, disbursed=10**8, reason="Rain", measure="A second shift", basis="illustrative"
    )
    draft.save()
    address, browser = change_url(draft), client_of(province)
    before = browser.get(address, {"lang": "en"}).content.decode()
    assert "Steps of this report" not in before
    assert 'name="events-TOTAL_FORMS"' in before  # without which a form would be refused after the first step
    reporting.submit([draft], user=changsha_writer)
    assert "Steps of this report" in browser.get(address, {"lang": "en"}).content.decode()
