"""Both sides of a comparison are what the same question is answered at its two days, whatever it is narrowed by."""

from __future__ import annotations

import pytest

from projects.choices import Difference, LightMethod, Role
from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import LightRule, Programme, Revision
from projects.totals.comparison import get_comparison, get_figure_difference
from projects.totals.totals import breakdowns, totals, with_current_figures
from tests.people import CHANGSHA, person

from ..asking import scope_of

pytestmark = pytest.mark.django_db

SUMS = ("project_count", "total_investment", "disbursed", "started_count")
SHARE = "disbursed_of_plan"
DAYS = ("2023-06-01", "r30")
MONTHS = (("through", "2023-06"), ("month", "2023-05"))
LIGHTS = tuple(("light", light) for light in ("red", "yellow", "green", "none"))
OTHERS = (
    *(("counted_in", name) for name in ("reports_approved", "started_count")),
    *((name, "disbursed") for name in ("missing", "gaps_in")),
    *(("listed", part) for part in ("joined", "left")),
)


@pytest.fixture(params=[(Role.PROVINCE, None), (Role.PREFECTURE_READER, CHANGSHA)], ids=["province", "changsha"])
def reader(request, moved_in):
    return person("reader", *request.param)


def asked(reader, question, since=None):
    """The question as a door asks it on that day, or today."""
    with override_as_of(since):
        return scope_of(reader, [("programme", "2023"), *question])


def told(scope):
    """What totals and list say of a question: its figures and its codes."""
    figures = totals(scope, figures=(*SUMS, SHARE)).total_row.figures
    with override_as_of(scope.as_of):
        codes = set(scope.members().values_list("code", flat=True))
    return {name: figures[name].value for name in SUMS}, figures[SHARE].ratio, codes


def assert_alike(reader, days, *question):
    """The comparison, its effects and its records say what totals and list of the two days say."""
    now = asked(reader, question)
    told_now = told(now)
    for since in days:
        assert_alike_since(since, question, now, told_now, told(asked(reader, question, since)))


def assert_alike_since(since, question, now, told_now, told_then):
    found = get_comparison(now, since, figures=(*SUMS, SHARE), size=100)
    (was, share_then, codes_then), (is_now, share_now, codes_now) = told_then, told_now
    figures = {each.name: each for each in found.figures}
    assert {name: figures[name].before for name in SUMS} == was, (since.text, question)
    assert {name: figures[name].after for name in SUMS} == is_now, (since.text, question)
    share = figures[SHARE].ratio
    assert (share.before, share.after) == (share_then, share_now), (since.text, question)
    of_kind = {kind: {each.key for each in found.records if each.kind == kind} for kind in Difference}
    came_and_went = codes_now - codes_then, codes_then - codes_now
    assert (of_kind[Difference.ADDED], of_kind[Difference.REMOVED]) == came_and_went, (since.text, question)
    one = get_figure_difference(now, since, "project_count")
    assert (one.before, one.after) == (was["project_count"], is_now["project_count"])


@pytest.mark.parametrize("months", MONTHS)
def test_each_light_of_each_month_is_that_of_its_day(reader, months):
    for light in LIGHTS:
        assert_alike(reader, map(AsOf.parse, DAYS), light, months)


def test_what_follows_the_months_otherwise_is_that_of_its_day(reader):
    for question in OTHERS:
        assert_alike(reader, map(AsOf.parse, DAYS), question, ("through", "2023-06"))


def test_the_limits_of_a_light_are_those_of_the_rule_that_the_programme_had(reader):
    before = AsOf.parse(f"r{Revision.objects.newest_number()}")
    programme = Programme.objects.get(year=2023)
    with create_revision():
        strict = LightRule(code="strict", name_zh="严", method=LightMethod.SHARE, yellow=100, red=99)
        strict.save()
        programme.light_rule = strict
        programme.save()
    for light in LIGHTS:
        assert_alike(reader, [before], light, ("through", "2023-06"))


@pytest.mark.parametrize("day", DAYS)
def test_beside_the_past_stands_what_is_answered_today(reader, day):
    for light in (("light", "red"), ("basis", "reported")):
        question = [light, ("through", "2023-06")]
        then, now = asked(reader, question, AsOf.parse(day)), asked(reader, question)
        with override_as_of(then.as_of):
            [row] = with_current_figures(then, breakdowns(then, None, compared=False))[None].rows
        assert row.now == breakdowns(now, None, compared=False)[None].total_row.figures
