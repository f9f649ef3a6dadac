"""/figures/<name>/ and /compare/: the order of their records, by columns and by what each says of a month."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.utils import translation

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Revision

from .test_figure import raised

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(register):
    return f"r{Revision.objects.newest_number()}"


@pytest.mark.parametrize("order", ["month_2", "-month_5"])
def test_the_records_of_a_figure_are_ordered_by_what_they_say_of_a_month(newest, province, client_of, order):
    with create_revision():  # one that says nothing of these months
        gone = MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-40", month__in=(2, 5))
        gone.delete()
    browser, month = client_of(province), int(order.rpartition("_")[2])
    for past in ({}, {"as_of": newest}):
        answer = browser.get("/figures/disbursed/", {"programme": "2023", "sort": order, **past})
        rows = answer.context["table"].shown_records
        values = [row.months.get(month, (None,))[0] for row in rows]
        known = [value for value in values if value is not None]
        assert len(known) > 2
        assert known == sorted(known, reverse=order.startswith("-"))
        assert values[len(known) :] == [None] * (len(values) - len(known))
    assert "HN-EI-2023-40" in [
        row.record.code for row in browser.get(f"/figures/disbursed/?sort={order}").context["table"].shown_records
    ]


MADE_OF = (
    "total_investment",
    "started_count",
    "planned_disbursement",
    "disbursed",
    "reports_missing",
    "problems_raised",
)


def _rests_on(row):
    """What stands in the column, behind the place of its kind."""
    if row.origin.source:
        return "0", row.origin.source.publisher
    return ("1", row.origin.reported_by) if row.origin.reported_by else ("2", row.reporter)


@pytest.mark.parametrize("figure", MADE_OF)
def test_the_records_are_ordered_by_what_they_rest_on_and_by_their_last_change(newest, figure, province, client_of):
    raised(by=5 * 10**8)
    raised("HN-EI-2023-14", by=-(10**8))
    browser, asked = client_of(province), {"programme": "2023", "lang": "en"}
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
