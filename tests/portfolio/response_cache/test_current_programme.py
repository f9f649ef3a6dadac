"""What was kept of the programme that was current is not given any more once another is chosen."""

from __future__ import annotations

import pytest

from projects.models import Entry, MonthlyReport, Programme
from projects.versioning.revisions import writing
from projects.workflows.current_programme import choose

from .asking import Site

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = (
    "/",
    "/projects/",
    "/sectors/",
    "/api/v1/projects/",
    "/api/v1/totals/",
    "/api/v1/programmes/",
    "/api/v1/explain/?figure=disbursed",
)


def test_kept_answers_change_when_another_programme_is_chosen(live_register, province, public_read):
    site = Site()
    before = {path: site.ask(path) for path in PATHS}
    assert [site.ask(path, If_None_Match=each.headers["ETag"]).status_code for path, each in before.items()] == [
        304
    ] * len(PATHS)
    with writing(user=province, reason="the old list"):
        choose(Programme.objects.get(year=2022))
    for path, kept in before.items():
        after = site.ask(path, If_None_Match=kept.headers["ETag"])
        assert after.status_code == 200, path
        assert after.data == site.whole_way(path).data != kept.data, path


def test_kept_answers_change_when_a_newer_programme_has_a_month_that_counts(live_register, province, public_read):
    """While none is chosen the current one is the newest with such a month, which a report decides: no frame."""
    site = Site()
    with writing(reason="the list of 2024"):
        newer = Programme.objects.get(year=2024)
        listed = Entry.objects.filter(programme__year=2023, basis="illustrative")[:2]
        entries = [Entry(programme=newer, project=each.project, basis="illustrative") for each in listed]
        for entry in entries:
            entry.save()
        report(entries[0])
    paths = [path for path in PATHS if path.startswith("/api/")]
    before = {path: site.ask(path) for path in paths}
    with writing(reason="the last of its first month"):
        report(entries[1])
    for path, kept in before.items():
        after = site.ask(path, If_None_Match=kept.headers["ETag"])
        assert after.status_code == 200, path
        assert after.data == site.whole_way(path).data != kept.data, path


def report(entry: Entry) -> None:
    MonthlyReport(entry=entry, month=1, disbursed=7, state="approved", basis="illustrative").save()
