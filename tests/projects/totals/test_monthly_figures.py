"""The figures of a round: what each counts, that it opens to its records, and that what waits is in none of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models

from projects.choices import Measure, Unit
from projects.models import Entry, Problem, Programme
from projects.totals.figures import FIGURES, LISTED, MONTHLY, USUAL
from projects.totals.totals import breakdowns, pending, totals
from projects.workflows import reporting

from ..asking import scope_of
from ..models.reports_made import CHANGSHA_CODE, YI, ZHUZHOU_CODE, approved, drafted, entry_of, submitted, today_is

JUNE, JULY = {"through": "2023-06"}, {"through": "2023-07"}
COUNTED = [name for name in MONTHLY if FIGURES[name].amount is None and FIGURES[name].unit != Unit.CNY]


def figures_of(user, parameters=JULY):
    whole = totals(scope_of(user, parameters), figures=MONTHLY).total_row
    return {name: (figure.value, figure.known, figure.of) for name, figure in whole.figures.items()}


def test_june_2023(analyst):
    found = figures_of(analyst, JUNE)
    assert found["started_count"] == (33, 35, 42)
    assert found["above_plan_count"] == found["eighty_percent_count"] == (0, 30, 42)
    assert found["reports_in"] == found["reports_approved"] == (30, 30, 30)
    assert found["reports_late"] == found["reports_missing"] == (0, 30, 30)
    assert found["trial_production_count"] == (None, 0, 42)
    assert found["problems_raised"][1:] == (42, 42)


def test_headlines_and_the_rounds_figures_come_together_in_few_queries(analyst, django_assert_num_queries):
    """One for what projects say, one for what reports say; for figures with a rule their entries, reports and late ones."""
    scope = scope_of(analyst)
    with django_assert_num_queries(2):
        breakdowns(scope, None, "sector", compared=False)
    with django_assert_num_queries(7):
        both = breakdowns(scope, None, "sector", compared=False, figures=tuple(FIGURES))
    assert list(both[None].total_row.figures) == [*USUAL, *MONTHLY, *LISTED]


@pytest.mark.parametrize("by", ["sector", "prefecture", "chain_link", "status", "basis"])
def test_rows_add_up_to_the_whole(analyst, province, changsha_writer, zhuzhou_writer, by):
    approved(changsha_writer, province, stage="trial")
    submitted(zhuzhou_writer, ZHUZHOU_CODE, stage="production")
    answers = breakdowns(scope_of(analyst, JULY), None, by, compared=False, figures=tuple(FIGURES))
    for name, whole in answers[None].total_row.figures.items():
        rows = [row.figures[name] for row in answers[by].rows]
        assert sum(figure.value or 0 for figure in rows) == (whole.value or 0), name
        assert sum(figure.known for figure in rows) == whole.known, name
        assert sum(figure.of for figure in rows) == whole.of, name


@pytest.mark.parametrize("name", COUNTED)
def test_a_figure_opens_to_the_projects_that_it_counts(analyst, province, changsha_writer, zhuzhou_writer, name):
    approved(changsha_writer, province, stage="trial", disbursed=10 * YI)
    submitted(zhuzhou_writer, ZHUZHOU_CODE)
    for parameters in (JUNE, JULY, {"month": "2023-07"}):
        scope = scope_of(analyst, parameters)
        figure = totals(scope, figures=MONTHLY).total_row.figures[name]
        assert scope.with_filters(counted_in=name).projects().count() == (figure.value or 0)
        assert scope.with_filters(missing=name).projects().count() == figure.unknown_count


def test_what_waits_is_counted_beside_the_totals_and_never_in_them(analyst, province, changsha_writer):
    report = submitted(changsha_writer)
    scope = scope_of(analyst, JULY)
    assert totals(scope).total_row.figures[Measure.DISBURSED].value == 15_890_000_000
    assert (pending(scope).reports, pending(scope).amount) == (1, YI)
    reporting.approve([report], user=province)
    assert totals(scope).total_row.figures[Measure.DISBURSED].value == 15_890_000_000 + YI
    assert (pending(scope).reports, pending(scope).amount) == (0, 0)
    reporting.reopen([report], user=province, comment="Counted twice")
    assert totals(scope).total_row.figures[Measure.DISBURSED].value == 15_890_000_000


def test_what_waits_of_others_is_not_ones_own_to_see(changsha_writer, zhuzhou_writer, stranger):
    submitted(changsha_writer)
    assert pending(scope_of(zhuzhou_writer, JULY)).reports == 0
    assert pending(scope_of(changsha_writer, JULY)).reports == 1
    assert pending(scope_of(stranger)).reports == 0


def test_reports_are_in_late_or_missing(analyst, province, changsha_writer, zhuzhou_writer):
    drafted("HN-EI-2023-13")
    submitted(changsha_writer)
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date(2023, 8, 14)  # the day after the days of grace
    programme.save()
    submitted(zhuzhou_writer, ZHUZHOU_CODE)
    found = figures_of(analyst)
    assert [found[name][0] for name in ("reports_in", "reports_approved", "reports_late", "reports_missing")] == [
        2,
        0,
        1,
        28,
    ]


def test_an_entry_that_has_left_the_list_is_not_missed(analyst):
    entry = entry_of()
    entry.left = dt.date(2023, 6, 30)
    entry.save()
    assert figures_of(analyst)["reports_missing"] == (29, 29, 29)


def test_approved_reports_by_themselves_are_those_beside_other_figures(
    analyst, changsha_writer, zhuzhou_writer, province
):
    """Alone they come from the kept sums, with others from the records."""
    approved(changsha_writer, province)
    codes = ["HN-EI-2023-13", CHANGSHA_CODE, ZHUZHOU_CODE, "HN-EI-2023-30"]
    changes = [{"left": dt.date(2023, 6, 30)}, {"left": dt.date(2023, 8, 1)}, {"joined": dt.date(2023, 7, 1)}]
    for code, values in zip(codes, [*changes, {"joined": dt.date(2023, 6, 30)}], strict=True):
        models.QuerySet(Entry).filter(project__code=code).update(**values)
    asked = ({}, JUNE, JULY, {"month": "2023-03"}, {"sector": "new-display"})
    asked += ({"basis": "published"}, {"kind": "plant"}, {"search": "长沙"})
    seen = set()
    for user in (analyst, changsha_writer, zhuzhou_writer):
        for parameters in asked:
            scope = scope_of(user, parameters)
            alone = totals(scope, figures=(Measure.REPORTS_APPROVED,)).total_row.figures[Measure.REPORTS_APPROVED]
            beside = totals(scope, figures=MONTHLY).total_row.figures[Measure.REPORTS_APPROVED]
            assert (alone.value, alone.known, alone.of) == (beside.value, beside.known, beside.of), (user, parameters)
            seen.add((alone.value, alone.of))
    assert len(seen) > 8


@pytest.mark.parametrize(
    ("values", "started"),
    [
        ({"disbursed": 0}, 0),
        ({}, 1),
        ({"disbursed": 0, "stage": "structure"}, 1),
        ({"disbursed": 0, "stage": "preparation"}, 0),
    ],
)
def test_a_project_has_started_when_a_report_shows_it(analyst, province, changsha_writer, values, started):
    entry = entry_of("HN-EI-2023-01")  # of which nothing is reported, and a bureau takes it over
    entry.status, entry.basis = "unknown", "reported"
    entry.save()
    before = figures_of(analyst)["started_count"][0]
    approved(changsha_writer, province, "HN-EI-2023-01", **values)
    assert figures_of(analyst)["started_count"][0] == before + started


def test_the_stage_is_that_of_the_newest_report_that_gives_one(analyst, province, changsha_writer):
    approved(changsha_writer, province, stage="trial")
    assert figures_of(analyst)["trial_production_count"] == (1, 1, 42)
    today_is("2023-10-01")
    approved(changsha_writer, province, month=8, stage="")
    approved(changsha_writer, province, month=9, stage="production")
    assert figures_of(analyst, {"through": "2023-08"})["trial_production_count"][0] == 1
    found = figures_of(analyst, {"through": "2023-09"})
    assert (found["trial_production_count"][0], found["in_production_count"][0]) == (0, 1)


def test_above_plan_and_at_eighty_per_cent(analyst, province, changsha_writer):
    entry = entry_of()
    done = sum(report.disbursed for report in entry.reports.all())
    report = approved(changsha_writer, province, disbursed=-(-entry.planned_disbursement * 8 // 10) - done)
    assert figures_of(analyst)["eighty_percent_count"][0] == 1
    report.disbursed -= 1
    report.save()
    assert figures_of(analyst)["eighty_percent_count"][0] == 0
    report.disbursed = entry.planned_disbursement - done
    report.save()
    assert (figures_of(analyst)["above_plan_count"][0], figures_of(analyst)["eighty_percent_count"][0]) == (0, 1)
    report.disbursed += 1
    report.save()
    assert figures_of(analyst)["above_plan_count"][0] == 1


def test_problems_are_those_of_the_months_shown(analyst):
    Problem.objects.all().delete()
    project = entry_of().project
    for raised, solved in (("2022-11-01", "2023-02-10"), ("2023-05-01", None), ("2023-07-02", None)):
        Problem(
            project=project,
            kind="land",
            description=f"Since {raised}",
            raised_on=raised,
            solved_on=solved,
            state="solved" if solved else "open",
        ).save()
    assert [figures_of(analyst, JUNE)[name][0] for name in ("problems_raised", "problems_closed")] == [2, 1]
    assert [figures_of(analyst, JULY)[name][0] for name in ("problems_raised", "problems_closed")] == [3, 1]
    march = figures_of(analyst, {"month": "2023-03"})
    assert [march[name][0] for name in ("problems_raised", "problems_closed")] == [0, 0]


def test_units_say_what_is_counted():
    assert Measure.REPORTS_LATE.unit == Unit.REPORTS
    assert Measure.PROBLEMS_CLOSED.unit == Unit.PROBLEMS
    assert Measure.FORECAST.unit == Unit.CNY
    assert Measure.ABOVE_PLAN_COUNT.unit == Unit.PROJECTS
