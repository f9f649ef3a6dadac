"""Reports of July 2023 for tests: typed by a bureau, handed in, approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Project
from projects.workflows import reporting

CHANGSHA_CODE = "HN-EI-2023-24"
ZHUZHOU_CODE = "HN-EI-2023-39"
YI = 10**8


def entry_of(code: str = CHANGSHA_CODE, year: int = 2023) -> Entry:
    return Entry.objects.select_related("project", "programme").get(project__code=code, programme__year=year)


def drafted(code: str = CHANGSHA_CODE, *, month: int = 7, **values: Any) -> MonthlyReport:
    """A draft that can be submitted, unless `values` say otherwise."""
    content = {"disbursed": YI, "reason": "Rain", "measure": "A second shift until October"} | values
    report = MonthlyReport(entry=entry_of(code), month=month, **content)
    report.save()
    return report


def submitted(user: Any, code: str = CHANGSHA_CODE, **values: Any) -> MonthlyReport:
    return reporting.submit([drafted(code, **values)], user=user)[0]


def approved(user: Any, reviewer: Any, code: str = CHANGSHA_CODE, **values: Any) -> MonthlyReport:
    return reporting.approve([submitted(user, code, **values)], user=reviewer)[0]


def total_is(amount: int, code: str = CHANGSHA_CODE) -> None:
    """Correct the total investment of a project, in CNY."""
    project = Project.objects.get(code=code)
    with create_revision():
        project.total_investment = amount
        project.save()


def today_is(day: str | None) -> None:
    """Let another day count as today for the rounds of 2023; None: the calendar."""
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = dt.date.fromisoformat(day) if day else None
    with create_revision():
        programme.save()
