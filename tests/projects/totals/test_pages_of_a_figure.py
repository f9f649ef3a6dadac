"""Pages of the records of a figure, and of what differs between two days: together they are all, and each is read alone."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from projects.models import Entry, MonthlyReport, Project, Revision
from projects.totals.comparison import compared, difference
from projects.totals.explanation import explanation
from projects.totals.figures import FIGURES
from projects.totals.totals import totals
from projects.versioning.as_of import AsOf
from projects.versioning.revisions import writing
from tests.length import LONG
from tests.pages import more_projects

from ..asking import scope_of
from ..versioning.test_as_of import change_everything

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


@pytest.fixture(params=[0, 88] if LONG else [88], ids=str)  # the first of them fits on one page, as all do below
def since(request, province):
    """A register that has changed in every way since the state that this is, with one that left and one that joined."""
    before = newest()
    for change in change_everything():
        change()
    leave("HN-EI-2023-15", "2023-05-10")
    leave("HN-EI-2023-16", "2023-03-10")
    if request.param:
        more_projects(request.param)
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
    """All of them, in the short form each of one question."""
    return FIGURES if LONG else [*FIGURES][QUESTIONS.index(question) :: len(QUESTIONS)]


def test_the_pages_of_a_figure_come_to_it_today_and_then(since, province):
    for question in QUESTIONS:
        now = scope_of(province, {"programme": "2023", **question})
        for scope in (now, now.known(since)):
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
    value = totals(scope, figures=(name,)).whole.figures[name]
    assert sum(record.value for record in records) == (value.value or 0)
    if FIGURES[name].ratio:
        assert sum(record.below for record in records) == (value.below or 0)


def test_the_pages_of_a_comparison_come_to_every_difference(since, province):
    for question in QUESTIONS:
        pages_come_to_every_difference(scope_of(province, {"programme": "2023", **question}), since)


def pages_come_to_every_difference(scope, since):
    whole = compared(scope, since, figures=EVERY, size=1000)
    assert walked(lambda first, size: _records(scope, since, first, size), size=SIZE) == list(whole.records)
    then, now = (totals(each, figures=EVERY).whole.figures for each in (scope.known(since), scope))
    for figure in whole.figures:
        assert (figure.before, figure.after) == (then[figure.name].value, now[figure.name].value)
        assert figure.count == len(figure.effects)

        def page(first, size, name=figure.name):
            found = difference(scope, since, name, first=first, size=size)
            return found.effects, found.count

        effects = walked(page, size=SIZE)
        assert sum(effect.difference for effect in effects) == (figure.difference or 0)
        sizes = [abs(effect.difference) for effect in effects]
        assert sizes == sorted(sizes, reverse=True)
        if figure.figure.ratio:
            assert (figure.ratio.before, figure.ratio.after) == (then[figure.name].ratio, now[figure.name].ratio)


def _records(scope, since, first, size):
    found = compared(scope, since, figures=EVERY, first=first, size=size)
    shown = {record.key for record in found.records}
    assert all({effect.key for effect in figure.effects} <= shown for figure in found.figures)
    return found.records, found.count


@contextmanager
def rows_read():
    """How many rows the database hands over, whatever is made of them."""
    numbers = []

    class Counting(CursorWrapper):
        def fetchone(self):
            return self._counted([self.cursor.fetchone()])[0]

        def fetchmany(self, *size):
            return self._counted(self.cursor.fetchmany(*size))

        def fetchall(self):
            return self._counted(self.cursor.fetchall())

        def __iter__(self):
            return iter(self.fetchall())

        def _counted(self, rows):
            numbers.append(len(rows))
            return rows

    # with a wrapper there, what is prepared goes by the same cursors
    with pytest.MonkeyPatch.context() as patched, connection.execute_wrapper(lambda execute, *given: execute(*given)):
        for name in ("make_cursor", "make_debug_cursor"):
            patched.setattr(connection, name, lambda cursor: Counting(cursor, connection))
        yield numbers


ASKED = {
    "figure": lambda scope, since: explanation(scope, "total_investment", size=20),
    "sum of months": lambda scope, since: explanation(scope, "disbursed", size=20),
    "counted": lambda scope, since: explanation(scope, "started_count", size=20),
    "figure of then": lambda scope, since: explanation(scope.known(since), "total_investment", size=20),
    "effects": lambda scope, since: difference(scope, since, "total_investment", size=20),
    "comparison": lambda scope, since: compared(scope, since, figures=EVERY, size=20),
}


def raise_all():
    with writing():
        for project in Project.objects.all():
            project.total_investment = (project.total_investment or 0) + 1
            project.save()


def rows_of_each(province):
    """How many rows are read at each time for what can be asked of a register whose every amount was raised just now."""
    found, since = {}, newest()
    raise_all()
    for name, ask in ASKED.items():
        with rows_read() as found[name]:
            ask(scope_of(province, {"programme": "2023"}), since)
    return found


def test_no_more_rows_are_read_however_many_records_there_are(province):
    few = rows_of_each(province)
    more_projects(88)
    many = rows_of_each(province)
    for name in ASKED:
        assert sum(few[name]) > 20, name
        assert len(many[name]) <= len(few[name]), name
        # sums by sector and basis, as more of these have a project
        assert sum(many[name]) <= sum(few[name]) + 20, name


def test_rows_that_are_read_are_counted(province):
    with rows_read() as numbers:
        list(MonthlyReport.objects.all())
    assert sum(numbers) == MonthlyReport.objects.count()
