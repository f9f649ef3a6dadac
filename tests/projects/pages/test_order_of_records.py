"""/figures/<name>/ and /compare/: the order of their records, by columns and by what each says of a month."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Revision
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
    assert columns == ["-code", "kind", "-total_investment", "classes"]
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
    with create_revision():  # one that says nothing of these months
        gone = MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-40", month__in=(2, 5))
        gone.delete()
    browser, month = client_of(province), int(order.rpartition("_")[2])
    with CaptureQueriesContext(connection) as usual:
        browser.get("/figures/disbursed/", {"programme": "2023", **asked})
    for past in ({}, {"as_of": newest}):
        with CaptureQueriesContext(connection) as ordered:
            answer = browser.get("/figures/disbursed/", {"programme": "2023", "sort": order, **asked, **past})
        assert past or len(ordered) <= len(usual) + 1  # what the month says
        rows = answer.context["table"].shown_records
        values = [row.months.get(month, (None,))[0] if month < 7 else row.record.value for row in rows]
        known = [value for value in values if value is not None]
        assert len(known) > 2
        assert known == sorted(known, reverse=order.startswith("-"))
        assert values[len(known) :] == [None] * (len(values) - len(known))
        heads = [each["aria-sort"] for tag, each in read(answer.content).elements if "aria-sort" in each]
        assert heads == (["descending" if order.startswith("-") else "ascending"] if month < 7 else ["descending"])
    assert "HN-EI-2023-40" in [
        row.record.code for row in browser.get(f"/figures/disbursed/?sort={order}").context["table"].shown_records
    ]


def test_a_month_orders_nothing_of_a_figure_that_is_made_of_none(province, client_of):
    rows = client_of(province).get("/figures/total_investment/?sort=-month_2").context["table"].shown_records
    values = [row.record.value for row in rows]
    assert values == sorted(values, reverse=True)


MADE_OF = (
    "total_investment",
    "started_count",
    "planned_disbursement",
    "disbursed",
    "reports_missing",
    "problems_raised",
)


def codes_of_file(browser, path, asked):
    """The codes of the projects of a table, without its head."""
    text = b"".join(browser.get(path, asked | {"format": "csv"})).decode()
    return [line[1] for line in csv.reader(StringIO(text))][1:]


def _rests_on(row):
    """What stands in the column, behind the place of its kind."""
    if row.origin.source:
        return "0", row.origin.source.publisher
    return ("1", row.origin.reported_by) if row.origin.reported_by else ("2", row.reporter)


@pytest.mark.parametrize("figure", MADE_OF)
@pytest.mark.parametrize("who", ["province", "changsha_reader"])
def test_the_records_are_ordered_by_what_they_rest_on_and_by_their_last_change(newest, figure, who, client_of, request):
    raised(by=5 * 10**8)
    raised("HN-EI-2023-14", by=-(10**8))
    browser, asked = client_of(request.getfixturevalue(who)), {"programme": "2023", "lang": "en"}
    month = {"through": "2023-07"} if figure == "reports_missing" else {}
    for sign, past in product(("", "-"), ({}, {"as_of": newest})):
        answer = browser.get(f"/figures/{figure}/", {**asked, **month, **past, "sort": f"{sign}changed"})
        numbers = [row.origin.revision for row in answer.context["table"].shown_records]
        assert len(numbers) > 2
        assert numbers == sorted(numbers, reverse=bool(sign)), (sign, past)
        answer = browser.get(f"/figures/{figure}/", {**asked, **month, **past, "sort": f"{sign}origin"})
        with translation.override("en"):
            told = [_rests_on(row) for row in answer.context["table"].shown_records]
        if connection.vendor == "postgresql":  # texts: it has its own collation
            told = [kind for kind, _text in told]
        assert told == sorted(told, reverse=bool(sign)), (sign, past)
    codes = codes_of_file(browser, f"/figures/{figure}/", {**asked, **month, **past, "sort": "-origin"})
    assert codes == [*(row.record.code for row in answer.context["table"].shown_records), ""]


def test_a_share_of_the_whole_is_in_the_order_of_what_it_is_a_share_of(province, client_of):
    browser = client_of(province)
    for sign in ("", "-"):
        rows = browser.get(f"/figures/total_investment/?sort={sign}share").context["table"].shown_records
        shares = [row.record.share for row in rows]
        assert shares == sorted(shares, reverse=bool(sign))
