"""Where entries stand: lights of June 2023, missing reports, late starts, and the reviewer's word beside the rule's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest

from projects.choices import Light, PlanKind
from projects.models import LightRule, MonthlyReport, Plan, Problem, Programme, Project, Rating

from ..asking import get_standings, scope_of
from ..july import BEFORE_CLOSING, order, set_today, stage
from ..models.reports_made import CHANGSHA_CODE, entry_of

JUNE = {"through": "2023-06"}


def standing_of(user, parameters=JUNE, code=CHANGSHA_CODE):
    (found,) = [each for each in get_standings(scope_of(user, parameters)) if each.project.code == code]
    return found


def test_the_lights_of_june_2023(analyst):
    found = get_standings(scope_of(analyst, JUNE))
    assert Counter(each.light for each in found) == {Light.RED: 2, Light.YELLOW: 19, Light.GREEN: 9, None: 12}
    assert {each.plan.kind for each in found if each.plan} == {PlanKind.ANNOUNCED}


def test_of_one_month_alone_no_progress_is_rated(analyst):
    found = get_standings(scope_of(analyst, {"month": "2023-06"}))
    assert {(each.disbursed, each.due, each.light, each.share, each.gap, each.gap_share) for each in found} == {
        (None,) * 6
    }
    january = [get_standings(scope_of(analyst, {name: "2023-01"})) for name in ("month", "through")]
    assert [each.light for each in january[0]] == [each.light for each in january[1]]
    assert any(each.light for each in january[0])


def test_without_a_rule_nothing_is_rated(analyst):
    programme = Programme.objects.get(year=2023)
    programme.light_rule = None
    programme.save()
    assert {each.light for each in get_standings(scope_of(analyst, JUNE))} == {None}


def test_shares_and_gaps_are_those_of_the_plan_that_the_rule_names(analyst):
    entry = entry_of()
    Plan(entry=entry, kind="monitored", amount=entry.planned_disbursement // 2, decided_on=dt.date(2023, 6, 1)).save()
    before = standing_of(analyst).share
    rule = LightRule.objects.get(code="points-behind")
    rule.against = PlanKind.MONITORED
    rule.save()
    after = standing_of(analyst)
    assert list(after.plans) == [PlanKind.ANNOUNCED, PlanKind.MONITORED]
    assert after.plan.amount == entry.planned_disbursement // 2
    assert after.share == Fraction(after.disbursed, after.plan.amount) > before
    assert after.gap == after.disbursed - Fraction(after.plan.amount, 2)
    assert after.gap_share == after.share - Fraction(1, 2)
    assert standing_of(analyst, code="HN-EI-2023-13").light is None  # no plan of this kind


def test_reports_missing_in_a_row_are_counted_back_from_the_last_round_that_is_over(analyst):
    MonthlyReport.objects.filter(entry=entry_of(), month__gte=5).delete()
    found = standing_of(analyst)
    assert (found.missing_count, found.reports) == (2, Light.RED)
    assert standing_of(analyst, {"through": "2023-07"}).missing_count == 2  # July is not over
    assert standing_of(analyst, {"through": "2023-05"}).missing_count == 1


@pytest.mark.parametrize("number", [0, 12])
@pytest.mark.parametrize("parameters", [{}, {"through": "2023-07"}], ids=["by itself", "asked for"])
def test_a_report_is_missing_however_many_others_are_too(analyst, number, parameters):
    """So few have reported a round that is over that its month does not count; nobody is hidden behind that."""
    stage(number, closed=True)
    codes = order()
    found = {each.project.code: each for each in get_standings(scope_of(analyst, parameters)) if each.entry.is_asked}
    assert [code for code in codes if found[code].missing_count == 0] == codes[:number]
    assert {(found[code].missing_count, found[code].reports) for code in codes[number:]} == {(1, Light.YELLOW)}
    set_today(BEFORE_CLOSING)
    assert not any(each.missing_count for each in get_standings(scope_of(analyst, parameters)))
    assert not any(each.missing_count for each in get_standings(scope_of(analyst, {"through": "2023-05"})))


def test_who_is_known_from_publications_only_is_not_called_missing_or_late(analyst):
    found = standing_of(analyst, code="HN-EI-2023-01")
    assert (found.light, found.start, found.reports, found.missing_count) == (None, None, None, 0)


def test_a_late_start_shines_until_a_report_shows_a_start(analyst):
    entry = entry_of()
    entry.status = "new"
    entry.save()
    project = Project.objects.get(pk=entry.project_id)
    project.finish, project.finish_precision = None, ""
    project.started = "2023-04"
    project.save()
    for report in MonthlyReport.objects.filter(entry=entry):
        report.disbursed, report.correction_reason = 0, f"Not begun in {report.month}"
        report.save()
    found = standing_of(analyst)
    assert found.start == Light.RED
    report = MonthlyReport.objects.get(entry=entry, month=6)
    report.stage, report.correction_reason = "started", "It did begin"
    report.save()
    assert standing_of(analyst).start == Light.GREEN


def test_the_reviewers_word_stands_beside_the_rule_with_its_age(analyst, province):
    light = standing_of(analyst).light
    other = Light.RED if light != Light.RED else Light.GREEN
    for words, value in (("As computed", light), ("Worse than it looks", other)):
        Rating(entry=entry_of(), month=6, light=value, words=words, author=province).save()
    found = standing_of(analyst)
    assert (found.rating.words, found.rating.author, found.rating.age) == ("Worse than it looks", province, 0)
    assert found.has_disagreement
    assert found.needs_attention
    assert found.rating.rated_on == dt.date(2023, 8, 7)
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 9, 1)
    programme.save()
    assert standing_of(analyst).rating.age == 25
    assert standing_of(analyst, {"through": "2023-05"}).rating is None


def test_overdue_problems_surface_by_themselves(analyst):
    Problem.objects.all().delete()
    for due in ("2023-08-06", "2023-08-07", None):
        Problem(project=entry_of().project, kind="land", description=str(due), raised_on="2023-05-01", due=due).save()
    found = standing_of(analyst)
    assert (found.problems, found.problems_overdue) == (3, 1)
