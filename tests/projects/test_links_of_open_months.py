"""Every number of a page opens to the records it counts, while a month is open and where a report is gone."""

from __future__ import annotations

import pytest

from projects.models import MonthlyReport
from tests.portfolio.dashboards.test_every_figure import differences

from .july import stage

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/sectors/",
    "/prefectures/430100/",
    "/projects/",
    "/projects/HN-EI-2023-13/",
    "/league/?by=prefecture",
)


def pages_of(language: str, **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in {**query, "lang": language}.items())
    return [f"{path}{'&' if '?' in path else '?'}{asked}" for path in PAGES]


@pytest.mark.parametrize(("number", "closed", "language"), [(6, False, "zh-hans"), (28, True, "en")])
def test_so_it_does_in_a_half_reported_month(public_read, register, client, number, closed, language):
    stage(number, closed=closed)
    found, checked = differences(client, pages_of(language, through="2023-07"))
    assert not found
    assert checked.total() > 60


def test_so_it_does_where_a_report_of_a_closed_month_is_gone(public_read, register, client):
    report = MonthlyReport.objects.approved().filter(month=6, entry__programme__year=2023).order_by("pk").first()
    report.delete()
    found, checked = differences(client, pages_of("en"))
    assert not found
    assert checked.total() > 40
