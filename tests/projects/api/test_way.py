"""What a request passes before its rows: nothing is made for it that it does not ask for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.totals.filters import ProjectFilterSet, RegisterFilterSet
from sectors.models import Sector
from tests.bench.way import PARTS, measured

RECORD = "/api/v1/projects/HN-EI-2023-13/"
LIST = "/api/v1/projects/?sector=new-display&total_investment_min=1"


@pytest.fixture
def made(monkeypatch: Any) -> list[str]:
    """The filters that are made."""
    names: list[str] = []
    make = RegisterFilterSet._own
    monkeypatch.setattr(RegisterFilterSet, "_own", lambda self, name: names.append(name) or make(self, name))
    return names


@pytest.fixture
def browser(province: Any, client_of: Any) -> Any:
    client = client_of(province)
    for address in (RECORD, LIST):
        assert client.get(address).status_code == 200
    return client


def queries(browser: Any, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return [each["sql"] for each in found.captured_queries]


def test_no_filter_is_made_for_a_record(browser: Any, made: list[str]) -> None:
    browser.get(RECORD)
    assert made == []


def test_a_list_makes_the_filters_that_it_is_asked_for(browser: Any, made: list[str]) -> None:
    browser.get(LIST)
    assert made == ["sector", "total_investment_min"]


def test_no_filter_is_copied_with_all_others(browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("django_filters.filterset.BaseFilterSet.__init__", None)  # which copies them
    monkeypatch.setattr(ProjectFilterSet, "get_form_class", None)
    for address in (RECORD, LIST, "/api/v1/claims/?figure=total_investment"):
        assert browser.get(address).status_code == 200


def test_no_form_is_made_of_what_is_right(browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(RegisterFilterSet, "form", None)
    assert browser.get(LIST).status_code == 200


def test_of_choices_the_one_is_made_that_is_meant(browser: Any, monkeypatch: Any) -> None:
    made: list[str] = []
    make = Sector.from_db.__func__  # type: ignore[attr-defined]  of a class method
    monkeypatch.setattr(Sector, "from_db", classmethod(lambda cls, *row: made.append(cls.__name__) or make(cls, *row)))
    browser.get(LIST)
    assert made.count("Sector") == 1


def test_parameters_are_worked_out_once(browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("projects.api.views.projects.ProjectViewSet.known_parameters", None)
    for address in (RECORD, LIST):
        assert browser.get(address).status_code == 200


def test_before_the_rows_stand_who_asks_and_the_programmes(browser: Any) -> None:
    who = 4  # session, account, state numbers, grants; a token and its account are one
    for address, own in ((RECORD, 2), (LIST, 4)):  # the record and its claims; choices, number, rows, their claims
        assert len(queries(browser, address)) <= who + 1 + own


def test_the_months_read_no_report_that_is_not_waiting(browser: Any) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        found = next(sql for sql in queries(browser, RECORD) if "projects_round" in sql)
        cursor.execute(f"EXPLAIN QUERY PLAN {found}")
        steps = [row[-1] for row in cursor.fetchall()]
    assert [step for step in steps if step.startswith("SCAN projects_monthlyreport")] == []
    assert any("projects_monthlyreport" in step or "U0" in step for step in steps)


def test_each_part_of_the_way_is_there_to_be_measured(browser: Any) -> None:
    spent: Counter[str] = Counter()
    with measured(spent):
        browser.get(LIST)
    assert set(PARTS) - set(spent) <= {"the token"}
