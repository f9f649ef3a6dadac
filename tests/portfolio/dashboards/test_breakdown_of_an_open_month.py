"""The bars of a breakdown while a month is open: of the records that have both a plan and a report."""

from __future__ import annotations

import re

import pytest
from django.db.models import Sum

from projects.models import MonthlyReport
from projects.money import BILLION
from tests.pages import opened
from tests.projects.july import stage

pytestmark = pytest.mark.django_db
BAR = re.compile(r"(.+): disbursed (.+), planned (.+) billion CNY")


def bars(client, month):
    """Disbursed and planned in billion CNY by sector, and where each bar leads."""
    found = {}
    for tag, attributes in opened(client, "/sectors/", month=month, lang="en").elements:
        if tag == "a" and (said := BAR.fullmatch(attributes.get("aria-label", ""))):
            name, *amounts = said.groups()
            found[name] = (*map(float, amounts), attributes["href"])
    return found


def test_a_bar_draws_the_plans_of_those_that_have_reported(public_read, register, client):
    stage(0)
    assert not bars(client, "2023-07")
    stage(6)
    reports = MonthlyReport.objects.filter(entry__programme__year=2023, month=7, state="approved")
    told = {
        name: (done / BILLION, plan / BILLION)
        for name, done, plan in reports.values_list("entry__project__sector__name_en").annotate(
            Sum("disbursed"), Sum("entry__planned_disbursement")
        )
    }
    found = bars(client, "2023-07")
    assert {name: pytest.approx(said[:2], abs=0.005) for name, said in found.items() if name in told} == told
    assert len(found) > len(told), "directions have a table of their own"
    assert all("counted_in=disbursed_of_plan" in address for *_amounts, address in found.values())
    closed = bars(client, "2023-06")
    assert len(closed) > len(found)
    assert all("counted_in=disbursed&" in f"{address}&" for *_amounts, address in closed.values())
