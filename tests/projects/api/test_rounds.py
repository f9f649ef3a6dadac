"""/api/v1/rounds/"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from projects.api.filters import get_scope
from projects.history.revisions import create_revision
from projects.totals.totals import breakdowns

from .conftest import System, assert_problem
from .lists import assert_is_a_list
from .reporting import ELSEWHERE, NEW, OTHER_OWN, approved, draft, entry_of, submitted

AUGUST = {"month": "2023-08", "opens": "2023-09-01", "due": "2023-09-10", "closes": "2023-09-20"}
NUMBERS = ("reports_in", "reports_approved", "reports_late", "reports_missing")


def july(system: System) -> dict[str, Any]:
    [record] = system.all("/rounds/", month="2023-07")
    return record


def test_rounds_are_listed_with_their_days_and_state(public):
    records = assert_is_a_list(public, "/rounds/", count=7, key="id")
    assert [each["month"] for each in records] == [f"2023-0{month}" for month in range(7, 0, -1)]
    assert {each["state"] for each in records[1:]} == {"closed"}
    days = ("opens", "due", "last_punctual", "closes")
    assert [records[0][name] for name in days] == ["2023-08-01", "2023-08-10", "2023-08-13", "2023-08-20"]


@pytest.mark.parametrize(("day", "state"), [("2023-07-31", "planned"), ("2023-08-14", "late")])
def test_a_rounds_today_is_its_programmes(public, day, state):
    set_today(day)
    assert (july(public)["today"], july(public)["state"]) == (day, state)


def set_today(day: str) -> None:
    programme = entry_of(OTHER_OWN).programme
    programme.reporting_day = dt.date.fromisoformat(day)
    with create_revision():
        programme.save()


def test_rounds_are_filtered(public):
    assert public.all("/rounds/", programme="2022") == []
    found = public.all("/rounds/", programme="2023", month_min="2023-05", month_max="2023-06", ordering="month")
    assert [each["month"] for each in found] == ["2023-05", "2023-06"]


@pytest.mark.permission
def test_a_round_counts_the_reports_of_what_the_reader_sees(
    system_of, public, province, changsha_writer, changsha_reader, zhuzhou_writer
):
    approved(changsha_writer, province)
    submitted(zhuzhou_writer, ELSEWHERE, reason="r", measure="m")
    draft(NEW)
    set_today("2023-08-14")
    submitted(changsha_writer, OTHER_OWN, reason="r", measure="m")

    def numbers(system: System) -> tuple[int, ...]:
        return tuple(july(system)[name] for name in ("reports_asked", *NUMBERS))

    assert numbers(system_of(province)) == numbers(public) == (30, 3, 1, 1, 27)
    assert numbers(system_of(changsha_reader)) == (7, 2, 1, 1, 5)
    assert numbers(system_of(zhuzhou_writer)) == (1, 1, 0, 0, 0)
    for user in (province, changsha_reader, zhuzhou_writer):
        system = system_of(user)
        query = QueryDict("programme=2023&month=2023-07")
        scope = get_scope(SimpleNamespace(user=user, method="GET", query_params=query))
        figures = breakdowns(scope, None, figures=NUMBERS)[None].total_row.figures
        record = july(system)
        for name in NUMBERS:
            assert figures[name].value == record[name], name
            assert system.get(record["links"][name]).data["count"] == record[name], name
        assert system.get(record["links"]["reports"]).data["count"] == record["reports_in"]


def test_the_province_adds_and_changes_rounds(system_of, province):
    system = system_of(province)
    added = system.post("/rounds/", AUGUST)
    assert (added.status_code, added.data["state"], added.data["last_punctual"]) == (201, "planned", "2023-09-10")
    assert_problem(system.post("/rounds/", AUGUST), 400, "record")
    path = f"/rounds/{added.data['id']}/"
    changed = system.patch(path, {"grace_days": 5, "month": "2023-08"})
    assert (changed.data["last_punctual"], changed.data["due"]) == ("2023-09-15", "2023-09-10")
    assert_problem(system.patch(path, {"month": "2023-09"}), 400, "month")
