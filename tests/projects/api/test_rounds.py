"""/api/v1/rounds/"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from projects.api.filters import get_scope
from projects.history.revisions import create_revision
from projects.models import Round
from projects.totals.totals import breakdowns

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list
from .reporting import ELSEWHERE, NEW, OTHER_OWN, approved, draft, entry_of, submitted

AUGUST = {"month": "2023-08", "opens": "2023-09-01", "due": "2023-09-10", "closes": "2023-09-20"}
NUMBERS = ("reports_in", "reports_approved", "reports_late", "reports_missing")


def july(system: System) -> dict[str, Any]:
    [record] = system.all("/rounds/", month="2023-07")
    return record


def test_rounds_are_listed_with_their_days_and_state(public: System) -> None:
    records = assert_is_a_list(public, "/rounds/", count=7, key="id")
    assert [each["month"] for each in records] == [f"2023-0{month}" for month in range(7, 0, -1)]
    assert {each["state"] for each in records[1:]} == {"closed"}
    days = ("opens", "due", "grace_days", "last_punctual", "closes", "today", "state")
    assert [records[0][name] for name in days] == [
        "2023-08-01",
        "2023-08-10",
        3,
        "2023-08-13",
        "2023-08-20",
        "2023-08-07",
        "open",
    ]


@pytest.mark.parametrize(
    ("day", "state"),
    [("2023-07-31", "planned"), ("2023-08-13", "open"), ("2023-08-14", "late"), ("2023-08-21", "closed")],
)
def test_a_rounds_today_is_its_programmes(public: System, day: str, state: str) -> None:
    set_today(day)
    assert (july(public)["today"], july(public)["state"]) == (day, state)


def set_today(day: str) -> None:
    programme = entry_of(OTHER_OWN).programme
    programme.reporting_day = dt.date.fromisoformat(day)
    with create_revision():
        programme.save()


def test_rounds_are_filtered(public: System) -> None:
    assert len(public.all("/rounds/", programme="2023")) == 7
    assert public.all("/rounds/", programme="2022") == []
    assert [each["month"] for each in public.all("/rounds/", month_min="2023-05", ordering="month")] == [
        "2023-05",
        "2023-06",
        "2023-07",
    ]
    assert len(public.all("/rounds/", month_max="2023-02")) == 2
    assert_problem(public.get("/rounds/", state="open"), 400, "state")
    assert_problem(public.get("/rounds/", month="7"), 400, "month")


@pytest.mark.permission
def test_a_round_counts_the_reports_of_what_the_reader_sees(
    system_of: Any, public: System, province: Any, changsha_writer: Any, changsha_reader: Any, zhuzhou_writer: Any
) -> None:
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


def test_only_entries_on_the_list_in_the_month_are_asked(system_of: Any, province: Any, changsha_writer: Any) -> None:
    submitted(changsha_writer, OTHER_OWN)
    with create_revision():
        for code, days in (
            (OTHER_OWN, {"left": dt.date(2023, 7, 31)}),
            (NEW, {"left": dt.date(2023, 8, 1)}),
            (ELSEWHERE, {"joined": dt.date(2023, 7, 31)}),
            ("HN-EI-2023-37", {"joined": dt.date(2023, 8, 1)}),
        ):
            entry = entry_of(code)
            for name, day in days.items():
                setattr(entry, name, day)
            entry.save()
    asked_for = {each["month"]: each["reports_asked"] for each in system_of(province).all("/rounds/")}
    assert asked_for == {f"2023-0{month}": 28 for month in range(1, 7)} | {"2023-07": 28}
    assert july(system_of(province))["reports_in"] == 0


def test_a_round_and_the_totals_say_the_same_numbers_and_open_to_as_many_records(
    system_of: Any, province: Any, changsha_writer: Any, changsha_reader: Any, zhuzhou_writer: Any
) -> None:
    approved(changsha_writer, province)
    submitted(zhuzhou_writer, ELSEWHERE, reason="r", measure="m")
    set_today("2023-08-14")
    submitted(changsha_writer, OTHER_OWN, reason="r", measure="m")
    for user in (province, changsha_reader, zhuzhou_writer):
        system = system_of(user)
        scope = get_scope(SimpleNamespace(user=user, query_params=QueryDict("programme=2023&month=2023-07")))
        figures = breakdowns(scope, None, figures=NUMBERS)[None].total_row.figures
        record = july(system)
        assert figures["reports_in"].of == record["reports_asked"]
        for name in NUMBERS:
            assert figures[name].value == record[name], name
            assert system.get(record["links"][name]).data["count"] == record[name], name
        assert system.get(record["links"]["reports"]).data["count"] == record["reports_in"]


def test_the_province_adds_and_changes_rounds(system_of: Any, province: Any) -> None:
    system = system_of(province)
    added = system.post("/rounds/", AUGUST)
    assert (added.status_code, added.data["state"], added.data["last_punctual"]) == (201, "planned", "2023-09-10")
    assert added["Location"] == added.data["url"]
    assert_problem(system.post("/rounds/", AUGUST), 400, "record")
    path = f"/rounds/{added.data['id']}/"
    changed = system.patch(path, {"grace_days": 5})
    assert (changed.data["last_punctual"], changed.data["due"]) == ("2023-09-15", "2023-09-10")
    assert_problem(system.patch(path, {"grace_days": 4}, **{"If-Match": added["ETag"]}), 412)
    assert system.patch(path, {"month": "2023-08"}).status_code == 200
    assert_problem(system.patch(path, {"month": "2023-09"}), 400, "month")
    assert_problem(system.put(path, AUGUST), 405)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_round_at_the_end_of_the_calendar_is_refused_at_its_day(system_of: Any, province: Any, day: str) -> None:
    system, rounds = system_of(province), Round.objects.count()
    told = assert_problem(system.post("/rounds/", AUGUST | {"due": day, "grace_days": 5}), 400)["errors"]
    assert told["due"][0] == "A day lies between 1949-01-01 and 2149-12-31."
    path = f"/rounds/{july(system)['id']}/"
    every = {"opens": day, "due": day, "closes": day, "grace_days": 5}
    assert {"opens", "due", "closes"} <= assert_problem(system.patch(path, every), 400)["errors"].keys()
    assert_problem(system.patch(path, {"due": day, "grace_days": 366}), 400)
    assert Round.objects.count() == rounds


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"month": "2018-08"}, "month"),
        ({"month": 8}, "month"),
        ({"due": "2023-08-31"}, "due"),
        ({"closes": "2023-09-09"}, "closes"),
        ({"grace_days": 11}, "grace_days"),
        ({"grace_days": -1}, "grace_days"),
        ({"grace_days": 10**6}, "grace_days"),
        ({"grace_days": None}, "grace_days"),
        ({"opens": None}, "opens"),
        ({"opens": "2023-07-31"}, "opens"),
        ({"opens": "2023-08-20", "due": "2023-08-25", "closes": "2023-08-30"}, "closes"),
        ({"state": "open"}, "state"),
        ({"programme": 2023}, "programme"),
        ({"reports_in": 1}, "reports_in"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    system_of: Any, province: Any, body: dict[str, Any], field: str
) -> None:
    assert field in assert_problem(system_of(province).post("/rounds/", AUGUST | body), 400)["errors"]
    assert Round.objects.count() == 7


def test_nobody_else_writes_rounds(
    system_of: Any,
    public: System,
    changsha_writer: Any,
    changsha_reader: Any,
    analyst: Any,
    administrator: Any,
    stranger: Any,
) -> None:
    path = f"/rounds/{Round.objects.first().pk}/"
    for user in (changsha_writer, changsha_reader, analyst, administrator, stranger):
        assert_problem(system_of(user).post("/rounds/", AUGUST), 403)
        assert_problem(system_of(user).patch(path, {"grace_days": 0}), 403)
    assert_problem(public.post("/rounds/", AUGUST), 401)
    assert_problem(public.patch(path, {"grace_days": 0}), 401)


def test_who_reads_nothing_sees_no_round(system_of: Any, stranger: Any) -> None:
    path = f"/rounds/{Round.objects.first().pk}/"
    assert system_of(stranger).all("/rounds/") == []
    assert_problem(system_of(stranger).patch(path, {"grace_days": 0}), 404)
    assert_problem(System().get("/rounds/"), 401)


def test_the_list_costs_the_same_whatever_the_rows(
    system_of: Any, public: System, province: Any, changsha_reader: Any, queries_of: Any
) -> None:
    for system in (public, system_of(province), system_of(changsha_reader)):
        assert_constant_queries(system, "/rounds/", queries_of)
