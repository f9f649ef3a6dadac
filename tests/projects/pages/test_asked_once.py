"""A page of a bureau asks the database nothing twice: whoever sees a part of the list has its months counted each time."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.pages import opened

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
