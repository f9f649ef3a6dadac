"""The facts of a scope are of exactly the entries of its projects, by whichever way it finds them."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import QuerySet

from projects.models import Entry

from ..asking import scope_of

QUESTIONS = (
    {},
    {"sector": "new-display"},
    {"prefecture": "430100"},
    {"basis": "illustrative"},
    {"total_investment_min": "1000000000"},
    {"counted_in": "started_count"},
    {"disbursed_min": "1"},
    {"missing": "disbursed"},
    {"listed": "left"},
    {"listed": "start", "sector": "new-display"},
    {"sector": "new-display", "ordering": "-total_investment"},
)


def found(scope):
    return sorted((entry.project_id, entry.pk) for entry in (standing.entry for standing in scope.standings))


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["province", "changsha_reader"])
def test_entries_are_those_of_the_projects_that_a_question_finds(register, who, request):
    user = request.getfixturevalue(who)
    with transaction.atomic():
        keys = list(QuerySet(Entry).filter(programme__year=2023).order_by("pk").values_list("pk", flat=True))
        QuerySet(Entry).filter(pk__in=keys[::5]).update(left=dt.date(2023, 4, 15))  # off the list of May
        QuerySet(Entry).filter(pk__in=keys[1::5]).update(joined=dt.date(2023, 9, 1))  # not on it yet
        sizes = set()
        for asked in QUESTIONS:
            for through in ("2023-03", "2023-06"):
                scope = scope_of(user, {"programme": "2023", "through": through, **asked})
                projects = list(scope.projects().order_by().values_list("pk", flat=True))
                own = QuerySet(Entry).filter(programme__year=2023, project__in=projects)
                assert found(scope) == sorted(own.values_list("project", "pk")), asked
                sizes.add(len(projects))
        assert len(sizes) > 3  # of different questions others are found
        transaction.set_rollback(True)
