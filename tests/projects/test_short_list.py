"""A list that is short of what was announced: it is held against the number of projects and nothing else."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from projects.choices import Measure, Verdict
from projects.models import Entry, Target
from projects.monitoring.forecast import get_forecast
from projects.totals.pace import own_progress, plan_progress
from projects.totals.totals import totals
from tests.pages import opened

from .asking import scope_of

pytestmark = pytest.mark.django_db


def keep(number):
    """Leave so many of the 42 on the list, those with reports first."""
    listed = Entry.objects.filter(programme__year=2023).order_by("-planned_disbursement", "pk")
    keys = [entry.pk for entry in listed if entry.planned_disbursement][:number]
    QuerySet(Entry).filter(programme__year=2023).exclude(pk__in=keys).update(left="2023-01-01")


@pytest.mark.parametrize("number", [5, 29])
def test_no_sum_and_no_forecast_of_a_short_list_is_held_against_a_target(register, province, number):
    keep(number)
    scope = scope_of(province)
    answer = totals(scope)
    assert (answer.listing.listed, answer.listing.announced, answer.listing.missing) == (number, 42, 42 - number)
    verdicts = {
        name: {each.verdict for each in figure.targets} - {None} for name, figure in answer.total_row.figures.items()
    }
    assert verdicts.pop(Measure.PROJECT_COUNT) == {Verdict.DIFFERS}
    assert {verdict for found in verdicts.values() for verdict in found} == {Verdict.SHORT_LIST}
    assert plan_progress(answer) == []
    assert len(own_progress(answer)) == 1
    assert [each.target for each in get_forecast(scope).against] == [None]


def test_headline_conclusions_and_api_say_how_many_are_missing(register, public_read, client):
    keep(5)
    page = opened(client, "/", lang="en")
    assert page.text.count("The list has 5 projects of 42 announced: 37 are missing.") == 2  # headline, conclusions
    assert "That the list is the programme" in page.text
    assert "名单登记5项，公布42项，缺37项" in opened(client, "/", lang="zh-hans").text
    assert "behind the announced plan" not in page.text
    answer = client.get("/api/v1/totals/").json()
    assert (answer["listed"], answer["announced"]) == (5, 42)
    part = client.get("/api/v1/totals/?sector=new-display").json()
    assert (part["listed"], part["announced"]) == (None, None)


def test_the_newest_number_counts(register, province):
    first = Target.objects.get(programme__year=2023, measure=Measure.PROJECT_COUNT)
    QuerySet(Target).filter(pk=first.pk).update(value=50)
    assert totals(scope_of(province)).listing.missing == 8
