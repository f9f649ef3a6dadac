"""/figures/<name>/ and /compare/: the order of their records, by columns and by what each says of a month."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import MonthlyReport, Revision
from projects.versioning.revisions import writing
from tests.pages import opened, read

from .test_figure import raised

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(register):
    return f"r{Revision.objects.newest_number()}"


def test_the_records_of_a_comparison_are_ordered_by_each_column(newest, province, client_of):
    raised(by=5 * 10**8)
    raised("HN-EI-2023-14", by=-(10**8))
    browser = client_of(province)
    asked = {"programme": "2023", "since": newest, "lang": "en"}
    columns = [
        anchor.href.partition("sort=")[2].partition("&")[0]
        for anchor in opened(browser, "/compare/", **asked).anchors
        if "sort=" in anchor.href
    ]
    assert columns == ["-code", "kind", "-total_investment"]
    for order, first in (("-code", "14"), ("total_investment", "14"), ("-total_investment", "13"), ("kind", "13")):
        page = opened(browser, "/compare/", sort=order, **asked)
        heads = [at["aria-sort"] for tag, at in page.elements if tag == "th" and "aria-sort" in at]
        assert heads == ["descending" if order.startswith("-") else "ascending"]
        shown = [each.href for each in page.anchors if each.href.startswith("/projects/HN-EI-2023-")]
        assert shown[0].startswith(f"/projects/HN-EI-2023-{first}/"), order
    assert browser.get(f"/compare/?since={newest}&sort=size").status_code == 400


@pytest.mark.parametrize("order", ["month_2", "-month_5", "-month_11"])
@pytest.mark.parametrize("asked", [{}, {"sector": "energy-electronics"}, {"prefecture": "430100"}])
def test_the_records_of_a_figure_are_ordered_by_what_they_say_of_a_month(newest, province, client_of, order, asked):
    with writing():  # one that says nothing of these months
        gone = MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-40", month__in=(2, 5))
        gone.delete()
    browser, month = client_of(province), int(order.rpartition("_")[2])
    with CaptureQueriesContext(connection) as usual:
        browser.get("/figures/disbursed/", {"programme": "2023", **asked})
    for past in ({}, {"as_of": newest}):
        with CaptureQueriesContext(connection) as ordered:
            answer = browser.get("/figures/disbursed/", {"programme": "2023", "sort": order, **asked, **past})
        assert past or len(ordered) == len(usual)
        rows = answer.context["rows"]
        values = [row.months[month - 1][0] if month < 7 else row.record.value for row in rows]
        known = [value for value in values if value is not None]
        assert len(known) > 2
        assert known == sorted(known, reverse=order.startswith("-"))
        assert values[len(known) :] == [None] * (len(values) - len(known))
        heads = [each["aria-sort"] for tag, each in read(answer.content).elements if "aria-sort" in each]
        assert heads == (["descending" if order.startswith("-") else "ascending"] if month < 7 else [])
    assert "HN-EI-2023-40" in [
        row.record.code for row in browser.get(f"/figures/disbursed/?sort={order}").context["rows"]
    ]


def test_a_month_orders_nothing_of_a_figure_that_is_made_of_none(province, client_of):
    rows = client_of(province).get("/figures/total_investment/?sort=-month_2").context["rows"]
    values = [row.record.value for row in rows]
    assert values == sorted(values, reverse=True)
