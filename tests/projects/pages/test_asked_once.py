"""A page of a bureau asks the database nothing twice: whoever sees a part of the list has its months counted each time."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import Role
from projects.models import Prefecture, Project
from projects.monitoring.tasks import tasks_of
from projects.totals.coverage import reports_of
from tests.pages import opened
from tests.people import person

from ..asking import scope_of

OPEN = "2023-07"
WAITING = ('COUNT("projects_monthlyreport"."id")', 'SUM("projects_entry"."planned_disbursement")', "prefecture_id")
PATHS = [
    *("/", "/tasks/", "/rounds/", "/attention/", "/projects/", "/rounds/2023-07/"),
    *(f"{path}?through={OPEN}" for path in ("/", "/rounds/", "/attention/", "/projects/", "/sectors/")),
]


def asked_twice(client, path):
    with CaptureQueriesContext(connection) as asked:
        opened(client, path)
    texts = Counter(each["sql"] for each in asked.captured_queries)
    assert texts
    return [text[:200] for text, number in texts.items() if number > 1]


@pytest.mark.parametrize("who", ["changsha_writer", "changsha_reader"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_asked_twice(request, register, client_of, who, path):
    """In an open month its reports are named by the notice, in place of shares and behind the names of months."""
    assert asked_twice(client_of(request.getfixturevalue(who)), path) == []


@pytest.mark.parametrize("path", ["/attention/", "/sectors/"])
def test_the_notice_and_the_tasks_are_told_from_one_count(changsha_writer, client_of, path):
    """And are the same as where each is counted by itself."""
    client = client_of(changsha_writer)
    with CaptureQueriesContext(connection) as asked:
        page = opened(client, path, through=OPEN, lang="en")
    counted = [each for each in asked.captured_queries if all(part in each["sql"] for part in WAITING)]
    assert len(counted) == 1
    found = tasks_of(changsha_writer)
    status = scope_of(changsha_writer, {"through": OPEN}).open_month
    reports = reports_of(scope_of(changsha_writer, {"through": OPEN}), status)
    assert f"{reports.approved} of {reports.asked} reports are approved" in page.text
    assert f"{found.own_count} waiting" in " ".join(page.text.split())


def test_a_bureau_without_any_project_has_its_pages(register, client_of):
    without = Prefecture.objects.exclude(pk__in=Project.objects.filter(prefecture__isnull=False).values("prefecture"))
    client = client_of(person("nobody-reports", Role.PREFECTURE_WRITER, without.first().adcode))
    for path in PATHS:
        assert asked_twice(client, path) == []
