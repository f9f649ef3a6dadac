"""What a record refuses of itself while it takes a step: said of that record, and nothing of the step stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, ReportEvent, Revision
from projects.workflows import reporting

from ..models.reports_made import CHANGSHA_CODE, drafted, submitted

OTHER_CODE, THIRD_CODE = "HN-EI-2023-25", "HN-EI-2023-29"


@pytest.fixture
def reports(changsha_writer):
    return [submitted(changsha_writer, code) for code in (CHANGSHA_CODE, OTHER_CODE, THIRD_CODE)]


@pytest.fixture
def refusing(reports, monkeypatch):
    """The first report and the last refuse to be written."""

    def clean(report):
        if report.pk == reports[0].pk:
            raise ValidationError({"progress": "at a field"})
        if report.pk == reports[2].pk:
            raise ValidationError("as a whole")

    monkeypatch.setattr(MonthlyReport, "clean", clean)


def test_each_record_is_refused_for_what_it_says_itself_and_shown_as_it_is_stored(reports, refusing, changsha_writer):
    with pytest.raises(reporting.RefusedError) as refused:
        reporting.withdraw(reports, user=changsha_writer)
    first, _second, third = reports
    assert {key: refusal.errors for key, refusal in refused.value.refusals.items()} == {
        first.pk: {"progress": ["at a field"]},
        third.pk: {NON_FIELD_ERRORS: ["as a whole"]},
    }
    assert not refused.value.conflict
    assert {refusal.record.state for refusal in refused.value.refusals.values()} == {"submitted"}


def test_nothing_of_it_stays_where_the_revision_around_it_goes_on(reports, refusing, changsha_writer):
    before, events = Revision.objects.newest_number(), ReportEvent.objects.count()
    with create_revision(user=changsha_writer), pytest.raises(reporting.RefusedError):
        reporting.withdraw(reports, user=changsha_writer)
    assert {report.state for report in MonthlyReport.objects.filter(month=7)} == {"submitted"}
    assert (Revision.objects.newest_number(), ReportEvent.objects.count()) == (before, events)


def test_what_else_is_written_in_the_revision_is_kept(reports, refusing, changsha_writer):
    before = Revision.objects.newest_number()
    with create_revision(user=changsha_writer):
        other = drafted("HN-EI-2023-38")
        with pytest.raises(reporting.RefusedError):
            reporting.withdraw(reports, user=changsha_writer)
    assert Revision.objects.newest_number() == before + 1
    assert MonthlyReport.objects.filter(pk=other.pk).exists()
