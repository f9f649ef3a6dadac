"""The figures of a round: what each counts, that it opens to its records, and that what waits is in none of them."""

from __future__ import annotations

import datetime as dt

from projects.choices import Measure
from projects.models import Problem, Programme
from projects.totals.figures import MONTHLY
from projects.totals.totals import pending, totals
from projects.workflows import reporting

from ..asking import scope_of
from ..models.reports_made import YI, ZHUZHOU_CODE, drafted, entry_of, submitted

JUNE, JULY = {"through": "2023-06"}, {"through": "2023-07"}


def figures_of(user, parameters=JULY):
    whole = totals(scope_of(user, parameters), figures=MONTHLY).total_row
    return {name: (figure.value, figure.known, figure.of) for name, figure in whole.figures.items()}


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
