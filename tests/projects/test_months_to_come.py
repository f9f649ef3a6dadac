"""A month that is not reported yet: no report of it is taken at any door."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Programme, Round
from projects.workbook_imports import begin
from projects.workflows import reporting

from .api.conftest import System, assert_problem, system_of  # noqa: F401  the fixture
from .models.reports_made import CHANGSHA_CODE, YI, entry_of, today_is

AUGUST = {"project": CHANGSHA_CODE, "month": "2023-08", "disbursed": YI}


def plan_round(opens: str, *, month: int = 8) -> None:
    day = dt.date.fromisoformat(opens)
    with create_revision():
        Round(
            programme=Programme.objects.get(year=2023), month=month, opens=day, due=day, closes=day + dt.timedelta(9)
        ).save()


def test_the_api_takes_no_report_of_a_round_that_has_not_opened(system_of, changsha_writer):  # noqa: F811
    plan_round("2023-09-05")
    system: System = system_of(changsha_writer)
    errors = assert_problem(system.post("/reports/?lang=en", AUGUST), 400)["errors"]
    assert errors == {"month": ["The round opens on 2023-09-05."]}
    today_is("2023-09-05")
    assert system.post("/reports/", AUGUST).status_code == 201


def test_without_a_round_a_month_is_reported_once_it_is_over(system_of, changsha_writer):  # noqa: F811
    system: System = system_of(changsha_writer)
    for month, day in {"2023-08": "2023-09-01", "2023-12": "2024-01-01"}.items():
        errors = assert_problem(system.post("/reports/?lang=en", AUGUST | {"month": month}), 400)["errors"]
        assert errors == {"month": [f"{month} is not over: it is reported from {day} on."]}
    today_is("2023-09-01")
    assert system.post("/reports/", AUGUST).status_code == 201


def test_the_imports_hold_the_same_with_and_without_a_round(province):
    plan_round("2023-09-05")
    for month, day in ((8, "2023-09-05"), (12, "2024-01-01")):
        with pytest.raises(ValidationError) as refused:
            begin(
                province,
                kind="reports",
                programme=Programme.objects.get(year=2023),
                month=month,
                name="a.xlsx",
                content=b"",
            )
        assert day in refused.value.message_dict["month"][0]


def test_what_was_begun_before_its_round_was_moved_is_kept_but_not_submitted(register, changsha_writer):
    today_is("2023-09-01")
    report = MonthlyReport(entry=entry_of(), month=8, disbursed=YI)
    report.save()
    plan_round("2023-09-05")
    report = MonthlyReport.objects.get(pk=report.pk)
    report.progress = "roof closed"
    report.save()
    with pytest.raises(reporting.RefusedError):
        reporting.submit([report], user=changsha_writer)


def test_what_a_command_loads_is_taken_whatever_its_month_for_no_round_here_has_asked_for_it(register):
    with create_revision(door=Channel.COMMAND):
        MonthlyReport(entry=entry_of(), month=12, disbursed=YI).full_clean()
    with pytest.raises(ValidationError), create_revision(door=Channel.ADMIN):
        MonthlyReport(entry=entry_of(), month=12, disbursed=YI).full_clean()
