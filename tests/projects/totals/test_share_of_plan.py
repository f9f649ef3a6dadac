"""The share of the plan that is disbursed is of the records that have both, at every door, as plain SQL finds it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db.models import QuerySet

from projects.choices import Withheld
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Source
from projects.totals.totals import totals
from tests.pages import opened

from ..asking import scope_of

pytestmark = pytest.mark.django_db

WITHOUT_PLAN = "HN-EI-2023-12"  # a published project that a bureau takes over


def told(row):
    figure = row.figures["disbursed_of_plan"]
    return figure.value, figure.below, figure.known


@pytest.fixture
def one_more(register):
    """A report of one billion for a project whose plan is not known."""
    entry = Entry.objects.get(project__code=WITHOUT_PLAN, programme__year=2023)
    with create_revision():
        said = {"disbursed": 10**9, "state": "approved", "basis": "published", "source": entry.source}
        MonthlyReport(entry=entry, month=6, **said).save()
    return entry


def test_what_has_no_plan_adds_to_the_sum_and_not_to_the_share(one_more, analyst):
    whole = totals(scope_of(analyst)).total_row
    assert whole.figures["disbursed"].value == 16_890_000_000
    assert told(whole) == (15_890_000_000, 47_300_000_000, 30)
    assert whole.progress == Fraction(15_890_000_000, 47_300_000_000)


def few_left(number):
    """Reports of so many projects alone, of those with the smallest plans; of the others none is asked, so June counts."""
    entries = Entry.objects.filter(programme__year=2023, planned_disbursement__isnull=False)
    left = list(entries.order_by("planned_disbursement", "pk")[:number].values_list("pk", flat=True))
    with create_revision():
        MonthlyReport.objects.exclude(entry__in=left).delete()
    QuerySet(Entry).exclude(pk__in=left).update(basis="published", source=Source.objects.first())


@pytest.mark.parametrize(("number", "withheld"), [(30, None), (14, Withheld.TOO_FEW), (0, Withheld.NOTHING)])
def test_where_too_few_have_both_it_is_withheld(register, analyst, number, withheld):
    few_left(number)
    whole = totals(scope_of(analyst)).total_row
    figure = whole.figures["disbursed_of_plan"]
    assert figure.known == number
    assert figure.withheld == withheld
    assert (whole.progress is None) == (withheld is not None)


def test_half_of_the_records_do_not_speak_for_the_greater_half_of_the_plan(register, analyst):
    few_left(15)
    figure = totals(scope_of(analyst)).total_row.figures["disbursed_of_plan"]
    assert 2 * figure.known == 30
    assert 2 * figure.below < 47_300_000_000
    assert figure.withheld == Withheld.TOO_FEW


def test_how_many_are_too_few_is_a_setting(register, analyst, settings):
    few_left(14)
    settings.LEAST_COMPARED_PERCENT = 0
    assert totals(scope_of(analyst)).total_row.progress is not None


def test_it_is_withheld_in_words_on_every_page(register, public_read, client):
    few_left(14)
    overview = opened(client, "/", lang="en").text
    assert "14 of 42 projects have both a plan and a report: too few for a comparison with a plan" in overview
    assert "behind the announced plan" not in overview
    assert "too few" in opened(client, "/figures/disbursed_of_plan/", lang="en").text
    assert "too few" in opened(client, "/league/", lang="en").text
    answer = client.get("/api/v1/totals/").json()["rows"][0]["figures"]["disbursed_of_plan"]
    assert (answer["ratio"], answer["withheld"], answer["known"]) == (None, "too_few", 14)
