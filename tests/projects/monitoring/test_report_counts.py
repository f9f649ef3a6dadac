import datetime as dt
from dataclasses import replace

import pytest

from projects.access import get_access
from projects.choices import Measure
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Project, Round
from projects.monitoring.report_counts import ReportCounts, arrivals
from projects.pages.monitoring import rounds
from projects.totals.totals import breakdowns

from ..asking import scope_of
from .random_years import any_year


def test_rounds_of_several_programmes_are_counted_in_two_queries(province, django_assert_num_queries):
    with create_revision():
        programme = Programme.objects.get(year=2024)
        for code in ("HN-EI-2023-25", "HN-EI-2023-39"):
            entry = Entry(project=Project.objects.get(code=code), programme=programme, basis="illustrative")
            entry.save()
        day = dt.date(2024, 2, 1)
        Round(programme=programme, month=1, opens=day, due=day, closes=day).save()
        MonthlyReport(entry=entry, month=1, disbursed=5, state="approved", basis="illustrative").save()
    rounds = list(Round.objects.select_related("programme"))
    get_access(province)  # the grants are read once in a request
    with django_assert_num_queries(2):
        found = arrivals(rounds, user=province)
    numbers = {str(each.period): found[each.pk] for each in rounds}
    assert numbers["2024-01"] == ReportCounts(asked=2, arrived=1, approved=1)
    assert numbers["2023-06"] == ReportCounts(asked=30, arrived=30, approved=30)
    assert (numbers["2023-07"].arrived, numbers["2023-07"].missing) == (0, 30)


def test_who_sees_nothing_counts_nothing(stranger):
    assert set(map(repr, arrivals(Round.objects.select_related("programme"), user=stranger).values())) == {
        repr(ReportCounts())
    }


@pytest.mark.parametrize("seed", range(2))
def test_of_any_year_the_figures_of_all_rounds_are_those_of_each(province, changsha_reader, settings, seed):
    settings.CLOSED_MONTH_PERCENT = 1 if seed % 2 else 90
    any_year(seed, author=province)
    every = list(Round.objects.filter(programme__year=2023).select_related("programme"))
    for user in (province, changsha_reader):
        for parameters in ({}, {"sector": "energy-electronics"}, {"basis": "illustrative"}, {"status": "new"}):
            scope = scope_of(user, parameters)
            for found in rounds.get_round_rows(scope, every):
                month = found.round.month
                of_month = replace(scope, first_month=month, last_month=month)
                figures = (*rounds.REPORTS, Measure.DISBURSED.value)
                row = breakdowns(of_month, None, "basis", compared=False, figures=figures)[None].total_row
                for name in figures:
                    own_figure = replace(found.row.figures[name], absolute=row.figures[name].absolute)
                    assert own_figure == row.figures[name], (parameters, month, name)
                    made_up = [each.illustrative[name] for each in (found.row, row)]
                    assert made_up[0].known == made_up[1].known, (parameters, month, name)
                assert found.row.parameters == row.parameters
            own = arrivals(every, user=user)
            if not parameters:
                assert [own[each.round.pk].late for each in rounds.get_round_rows(scope, every)] == [
                    each.row.figures[Measure.REPORTS_LATE].value or 0 for each in rounds.get_round_rows(scope, every)
                ]
