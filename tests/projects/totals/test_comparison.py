"""Two states of knowledge compared: effects of single records add up to the difference of every figure."""

from __future__ import annotations

import pytest

from projects.choices import Difference
from projects.history.as_of import AsOf
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project, Revision
from projects.totals.comparison import get_comparison
from projects.totals.figures import FIGURES
from projects.totals.totals import totals
from sectors.models import Sector

from ..asking import scope_of
from ..history.test_as_of import change_everything

pytestmark = pytest.mark.django_db

QUESTIONS = (
    (),
    (("basis", "illustrative"), ("through", "2023-03")),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_effects_of_the_records_add_up_to_every_difference(question, province):
    numbers = [Revision.objects.newest_number()]
    for change in change_everything():
        change()
        numbers.append(Revision.objects.newest_number())
    scope = scope_of(province, [("programme", "2023"), *question])
    figures = totals(scope, figures=tuple(FIGURES)).total_row.figures
    for first in numbers:
        found = get_comparison(scope, AsOf.parse(f"r{first}"), figures=tuple(FIGURES))
        past = totals(scope.with_as_of(found.previous_state), figures=tuple(FIGURES)).total_row.figures
        assert [figure.name for figure in found.figures] == list(past)
        for figure in found.figures:
            then, now = past[figure.name].value, figures[figure.name].value
            assert (figure.before, figure.after) == (then, now)
            assert sum(effect.difference for effect in figure.effects) == (now or 0) - (then or 0)
            assert figure.difference == (None if now is then is None else (now or 0) - (then or 0))
            assert all(effect.before != effect.after for effect in figure.effects)
            told = {record.key: record.effects.get(figure.name) for record in found.records}
            assert {key for key, effect in told.items() if effect} == {effect.key for effect in figure.effects}


def test_it_says_which_records_came_went_and_changed(province):
    since = AsOf.parse(f"r{Revision.objects.newest_number()}")
    programme = Entry.objects.first().programme
    with create_revision():
        gone = Entry.objects.get(project__code="HN-EI-2023-13")
        MonthlyReport.objects.filter(entry=gone).delete()
        gone.delete()
        came = Project(code="HN-EI-2023-90", name_zh="新来的", sector=gone.project.sector, basis="reported")
        came.save()
        Entry(project=came, programme=programme, basis="reported").save()
        moved = Project.objects.get(code="HN-EI-2023-14")
        moved.chain_link = moved.sector.chain_links.exclude(pk=moved.chain_link_id).first()
        moved.save()
    found = {record.key: record for record in get_comparison(scope_of(province, {"programme": "2023"}), since).records}
    assert {key: record.kind for key, record in found.items()} == {
        "HN-EI-2023-13": Difference.REMOVED,
        "HN-EI-2023-14": Difference.CHANGED,
        "HN-EI-2023-90": Difference.ADDED,
    }
    assert not found["HN-EI-2023-14"].effects
    (sorted_otherwise,) = found["HN-EI-2023-14"].classes
    assert sorted_otherwise.dimension == "chain_link"
    assert found["HN-EI-2023-13"].effects["project_count"].difference == -1
    assert found["HN-EI-2023-90"].effects["project_count"].difference == 1


def test_a_condition_that_named_nothing_then_counts_nothing_then(province):
    since = AsOf.parse(f"r{Revision.objects.newest_number()}")
    with create_revision():
        sector = Sector(code="quantum", name_zh="量子", order=99)
        sector.save()
        project = Project.objects.get(code="HN-EI-2023-13")
        project.sector, project.chain_link = sector, None
        project.save()
    found = get_comparison(scope_of(province, {"programme": "2023", "sector": "quantum"}), since)
    assert [(record.key, record.kind) for record in found.records] == [("HN-EI-2023-13", Difference.ADDED)]


def test_past_states_are_compared_with_each_other(province):
    project = Project.objects.get(code="HN-EI-2023-13")
    numbers = [Revision.objects.newest_number()]
    for step in (1, 2, 3):
        project.total_investment += step
        project.save()
        numbers.append(Revision.objects.newest_number())
    scope = scope_of(province, {"programme": "2023"}).with_as_of(AsOf.parse(f"r{numbers[2]}"))
    (figure,) = get_comparison(scope, AsOf.parse(f"r{numbers[1]}"), figures=("total_investment",)).figures
    assert figure.difference == 2
