"""A figure opened: its parts and its records come to it, and each record says what it rests on."""

from __future__ import annotations

import functools

import pytest

from projects.history.as_of import AsOf
from projects.history.revisions import create_revision
from projects.models import Project, Revision
from projects.provenance.origins import evidence
from projects.totals.explanation import explanation
from projects.totals.figures import FIGURES
from projects.totals.totals import totals

from ..asking import scope_of

pytestmark = pytest.mark.django_db

QUESTIONS = (
    {},
    {"through": "2023-03", "prefecture": "430100"},
    {"month": "2023-04", "missing": "total_investment"},
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_parts_and_records_come_to_the_figure(question, province):
    scope = scope_of(province, {"programme": "2023", **question})

    @functools.cache
    def alone(code):
        return totals(scope.with_filters(code=code), figures=tuple(FIGURES)).total_row.figures

    for name in FIGURES:
        opened = explanation(scope, name)
        value = totals(scope, figures=(name,)).total_row.figures[name].value
        assert opened.value.value == value, name
        assert opened.adds_up, name
        assert sum(part.figures[name].value for part in opened.parts) == (value or 0), name
        assert {record.code: record.value for record in opened.records} == {
            record.code: alone(record.code)[name].value for record in opened.records
        }, name


def test_every_record_of_every_figure_says_what_it_rests_on(province):
    scope = scope_of(province, {"programme": "2023"})
    for name in FIGURES:
        codes = [record.code for record in explanation(scope, name).records]
        told = evidence(scope, name, codes)
        assert set(told) == set(codes), name
        assert all(origin.kind and origin.changed_at and origin.revision for origin in told.values()), name


def test_as_of_a_past_day_it_says_what_was_known_then(province):
    number = Revision.objects.newest_number()
    project = Project.objects.get(code="HN-EI-2023-13")
    before = project.total_investment
    with create_revision(user=province):
        project.total_investment = before + 1
        project.save()
    scope = scope_of(province, {"programme": "2023"}).with_as_of(AsOf.parse(f"r{number}"))
    record = next(each for each in explanation(scope, "total_investment").records if each.code == project.code)
    told = evidence(scope, "total_investment", [project.code])[project.code]
    assert record.value == before
    assert told.revision <= number
