"""The light of a list of projects is that of the attention list, entry by entry, as a filter, an order and a column."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from projects.choices import LIGHTS, Light
from projects.history.as_of import AsOf, override_as_of
from projects.models import Revision
from projects.totals.dimensions import NONE
from projects.totals.standings import Standing, standings_by_project

from ..asking import get_standings, scope_of
from .random_years import any_year
from .test_attention_order import QUESTIONS


def standing_by_project(user: Any, asked: dict[str, Any]) -> dict[int, Standing]:
    """Everybody of the list is there, whoever joined after the last month that counts too."""
    scope = scope_of(user, asked)
    found = {each.project.pk: each for each in get_standings(scope)}
    assert set(found) == set(scope.projects().values_list("pk", flat=True))
    return found


def compare(user: Any, asked: dict[str, Any]) -> set[Light | None]:
    """Every light that there is, each filter by what the attention list says; the lights that were found."""
    scope, by_project = scope_of(user, asked), standing_by_project(user, asked)
    told = standings_by_project(scope, keys=list(by_project))
    assert {key: each.light for key, each in told.items()} == {key: each.light for key, each in by_project.items()}
    for lights in ([Light.RED], [Light.YELLOW], [Light.GREEN], [None], [Light.RED, None], [Light.RED, Light.GREEN]):
        names = [light.value if light else NONE for light in lights]
        found = scope_of(user, asked | {"light": names}).projects()
        assert {each.pk for each in found} == {key for key, each in by_project.items() if each.light in lights}, names
    return {each.light for each in by_project.values()}


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_the_filter_finds_what_the_attention_list_says(analyst, asked):
    compare(analyst, asked)


@pytest.mark.parametrize("seed", range(2))
def test_so_it_does_of_any_year(analyst, seed):
    any_year(seed, author=analyst)
    found: set[Light | None] = set()
    for asked in QUESTIONS:
        found |= compare(analyst, asked)
    assert len(found) > 1


def test_of_a_past_it_says_what_was_known(analyst):
    any_year(3, author=analyst)
    state = AsOf.parse(f"r{Revision.objects.newest_number() - 1}")
    with override_as_of(state):
        compare(analyst, {"through": "2023-06"})


def test_a_reader_of_one_prefecture_learns_of_no_other(changsha_reader):
    compare(changsha_reader, {"through": "2023-06"})


@pytest.mark.parametrize("sign", ["", "-"])
def test_an_order_by_light_or_gap_is_that_of_the_attention_list(analyst, sign):
    asked = {"through": "2023-06"}
    by_project = standing_by_project(analyst, asked)
    rows = list(scope_of(analyst, asked | {"ordering": f"{sign}light"}).projects())
    lights = [by_project[each.pk].light for each in rows]
    places = [LIGHTS.index(each) for each in lights if each]
    assert len(places) > 20
    assert places == sorted(places, reverse=bool(sign))
    assert lights[len(places) :] == [None] * (len(lights) - len(places))
    for light in (*LIGHTS, None):  # within a light by code, so that pages never repeat or skip a project
        codes = [each.code for each, lit in zip(rows, lights, strict=True) if lit == light]
        assert codes == sorted(codes)
    by_gap = [by_project[each.pk] for each in scope_of(analyst, asked | {"ordering": f"{sign}gap"}).projects()]
    gaps = [each.gap_share for each in by_gap]
    known = [round(gap, 8) for gap in gaps if gap is not None]
    assert known == sorted(known, reverse=bool(sign))
    assert gaps[len(known) :] == [None] * (len(gaps) - len(known))


@pytest.mark.parametrize("sign", ["", "-"])
def test_an_order_by_share_of_plan_has_what_has_none_last(analyst, sign):
    rows = list(scope_of(analyst, {"through": "2023-06", "ordering": f"{sign}disbursed_of_plan"}).projects())
    shares = [
        Fraction(each.disbursed, each.planned_disbursement) if each.planned_disbursement and each.disbursed is not None
        else None
        for each in rows
    ]  # fmt: skip
    known = [share for share in shares if share is not None]
    assert len(known) > 20
    assert known == sorted(known, reverse=bool(sign))
    assert shares[len(known) :] == [None] * (len(shares) - len(known))
