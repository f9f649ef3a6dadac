"""Gaps in the database are those of `entry_status`, entry by entry; what is shown and the rest add up to all of them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from projects.choices import PlanKind, ProblemKind, ProblemState
from projects.history.as_of import AsOf
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Problem, Project, Revision
from projects.monitoring.standings import FEW, get_gaps

from ..asking import get_standings, scope_of
from ..july import stage
from .random_years import any_year
from .test_attention_order import QUESTIONS


def compare(user: Any, parameters: dict[str, str]) -> int:
    scope = scope_of(user, parameters)
    every = get_standings(scope)
    last = [each for each in every if each.month == scope.end_month and each.gap is not None and each.plan.amount]
    behind = sorted((each for each in last if each.gap < 0), key=lambda each: each.gap)
    found = get_gaps(scope)
    assert [each.gap for each in found.furthest] == [each.gap for each in behind[:FEW]], parameters
    assert [each.light for each in found.furthest] == [
        next(one.light for one in every if one.project.code == each.code) for each in found.furthest
    ]
    assert (found.compared, found.total) == (len(last), sum((each.gap for each in last), Fraction(0))), parameters
    assert found.of_furthest == sum((each.gap for each in found.furthest), Fraction(0))
    assert found.of_furthest + found.of_others == found.total
    assert found.other_count == len(last) - len(found.furthest)
    assert {light: number for light, number in found.lights.items() if number} == Counter(each.light for each in every)
    return len(found.furthest)


@pytest.mark.parametrize("seed", range(3))
def test_of_any_year_the_gaps_are_those_of_the_rules(province, changsha_reader, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90  # so that months count, or stay open
    any_year(seed, author=province)
    found = [compare(user, question) for question in QUESTIONS for user in (province, changsha_reader)]
    assert any(found)


def test_of_a_past_they_are_told_from_the_reports_of_then(analyst):
    before = get_gaps(scope_of(analyst))
    state = AsOf.parse(f"r{Revision.objects.newest_number()}")
    report = MonthlyReport.objects.get(entry__project__code=before.furthest[0].code, month=6)
    with create_revision():
        report.disbursed, report.correction_reason = report.disbursed + 10**9, "paid, and not told"
        report.save()
    scope = scope_of(analyst)
    assert get_gaps(scope).total == before.total + 10**9
    assert get_gaps(scope.with_as_of(state)) == before


def test_in_an_open_month_all_are_compared_by_what_they_have_reported(analyst):
    stage(6)
    found = get_gaps(scope_of(analyst, {"through": "2023-07"}))
    assert found.compared == 30
    assert found.unreported > 0
    assert sum(found.lights.values()) == 42


def test_of_one_month_alone_nothing_is_behind(analyst):
    found = get_gaps(scope_of(analyst, {"month": "2023-05"}))
    assert (found.furthest, found.compared, found.total) == ((), 0, 0)


def test_without_a_programme_there_is_nothing_to_say(stranger):
    assert get_gaps(scope_of(stranger)) is None


def test_a_reason_is_the_newest_problem_of_the_month_or_else_what_the_report_says(analyst, province):
    first, second, *_rest = [Project.objects.get(code=each.code) for each in get_gaps(scope_of(analyst)).furthest]
    with create_revision():
        for each in Problem.objects.filter(project__in=(first, second)):
            each.delete()
        values = {"project": first, "kind": ProblemKind.FINANCE, "state": ProblemState.OPEN}
        for day, said in (("2023-05-20", "The older one"), ("2023-05-28", "The newer one"), ("2023-07-02", "Of July")):
            Problem(**values, raised_on=day, description=said).save()
        report = MonthlyReport.objects.get(entry__project=second, month=6)
        report.reason, report.correction_reason = "Rain since May", "told later"
        report.save()
    one, two, *_rest = get_gaps(scope_of(analyst)).furthest
    assert (one.problem_kind, one.problem) == (ProblemKind.FINANCE, "Of July")  # when June was reported
    may = {each.code: each for each in get_gaps(scope_of(analyst, {"through": "2023-05"}), few=30).furthest}
    assert may[first.code].problem == "The newer one"
    assert (two.problem_kind, two.problem, two.reason) == (None, "", "Rain since May")


def test_the_plan_is_the_one_that_lights_are_measured_against(analyst):
    rule = scope_of(analyst).programme.light_rule
    with create_revision():
        rule.against = PlanKind.MONITORED
        rule.save()
    found = get_gaps(scope_of(analyst))
    assert found.kind == PlanKind.MONITORED
    assert found.compared == len([each for each in get_standings(scope_of(analyst)) if each.gap is not None])
