"""Pages of the records of a figure, and of what differs between two days: together they are all, and each is read alone."""

from __future__ import annotations

import pytest

from projects.history.as_of import AsOf
from projects.models import Entry, Revision
from projects.totals.comparison import get_comparison, get_figure_difference
from projects.totals.explanation import explanation
from projects.totals.figures import FIGURES
from projects.totals.totals import totals
from tests.pages import more_projects

from ..asking import scope_of
from ..history.test_as_of import change_everything

pytestmark = pytest.mark.django_db

EVERY = tuple(FIGURES)
SIZE = 50
QUESTIONS = (
    {},
    {"through": "2023-03", "prefecture": "430100"},
    {"month": "2023-04", "basis": "illustrative"},
    {"listed": "left"},
)


def newest():
    return AsOf.parse(f"r{Revision.objects.newest_number()}")


def leave(code, day):
    entry = Entry.objects.get(project__code=code)
    entry.left = day
    entry.save()


@pytest.fixture
def since(province):
    """A register that has changed in every way since the state that this is, with one that left and one that joined."""
    before = newest()
    for change in change_everything():
        change()
    leave("HN-EI-2023-15", "2023-05-10")
    leave("HN-EI-2023-16", "2023-03-10")
    more_projects(88)
    return before


def walked(page, *, size):
    """All pages of this size, each by the index of its first record; at most ten."""
    found, first = [], 0
    while True:
        records, count = page(first, size)
        assert len(records) == max(0, min(size, count - first))
        if not records:
            assert len(found) == count
            return found
        found, first = [*found, *records], first + size


def some_figures(question):
    """Each figure of one question."""
    return [*FIGURES][QUESTIONS.index(question) :: len(QUESTIONS)]


def test_the_pages_of_a_figure_come_to_it_today_and_then(since, province):
    for question in QUESTIONS:
        now = scope_of(province, {"programme": "2023", **question})
        for scope in (now, now.with_as_of(since)):
            for name in some_figures(question):
                pages_come_to(scope, name)


def pages_come_to(scope, name):
    def page(first, size):
        opened = explanation(scope, name, first=first, size=size)
        assert opened.adds_up
        return opened.records, opened.count

    records = walked(page, size=SIZE)
    assert records == walked(page, size=SIZE * 7)
    assert len({record.code for record in records}) == len(records)
    assert [record.value for record in records] == sorted((each.value for each in records), reverse=True)
    value = totals(scope, figures=(name,)).total_row.figures[name]
    assert sum(record.value for record in records) == (value.value or 0)
    if FIGURES[name].ratio:
        assert sum(record.below for record in records) == (value.below or 0)


def test_the_pages_of_a_comparison_come_to_every_difference(since, province):
    for question in QUESTIONS:
        pages_come_to_every_difference(scope_of(province, {"programme": "2023", **question}), since)


def pages_come_to_every_difference(scope, since):
    whole = get_comparison(scope, since, figures=EVERY, size=1000)
    assert walked(lambda first, size: _records(scope, since, first, size), size=SIZE) == list(whole.records)
    then, now = (totals(each, figures=EVERY).total_row.figures for each in (scope.with_as_of(since), scope))
    for figure in whole.figures:
        assert (figure.before, figure.after) == (then[figure.name].value, now[figure.name].value)
        assert figure.count == len(figure.effects)

        def page(first, size, name=figure.name):
            found = get_figure_difference(scope, since, name, first=first, size=size)
            return found.effects, found.count

        effects = walked(page, size=SIZE)
        assert sum(effect.difference for effect in effects) == (figure.difference or 0)
        sizes = [abs(effect.difference) for effect in effects]
        assert sizes == sorted(sizes, reverse=True)
        if figure.figure.ratio:
            assert (figure.ratio.before, figure.ratio.after) == (then[figure.name].ratio, now[figure.name].ratio)


def _records(scope, since, first, size):
    found = get_comparison(scope, since, figures=EVERY, first=first, size=size)
    shown = {record.key for record in found.records}
    assert all({effect.key for effect in figure.effects} <= shown for figure in found.figures)
    return found.records, found.count
