"""The round of July of the demonstration, with as many of its reports approved as a test wants.

The first six are those of the mockup of an open month; each July amount is the same project's amount of June.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme

FIRST_SIX = ("14", "13", "39", "42", "19", "22")
ASKED = 30
BEFORE_CLOSING, AFTER_CLOSING = dt.date(2023, 8, 7), dt.date(2023, 8, 21)


def order() -> list[str]:
    """Codes of the thirty that are asked, in the order in which they report: those with the smallest plans come last."""
    codes = [f"HN-EI-2023-{number}" for number in FIRST_SIX]
    asked = (
        Entry.objects.filter(programme__year=2023).asked_to_report().order_by("-planned_disbursement", "project__code")
    )
    return codes + [code for code in asked.values_list("project__code", flat=True) if code not in codes]


def approve(number: int, *, month: int = 7, but: Collection[str] = ()) -> None:
    """Have the month's reports of so many approved, and of nobody else; those of `but` are left as they are."""
    codes = [code for code in order()[:number] if code not in but]
    others = QuerySet(MonthlyReport).filter(month=month).exclude(entry__project__code__in=[*codes, *but])
    others._raw_delete("default")
    there = set(MonthlyReport.objects.filter(month=month).values_list("entry__project__code", flat=True))
    for code in codes:
        if code in there:
            continue
        before = MonthlyReport.objects.get(entry__project__code=code, entry__programme__year=2023, month=6)
        with create_revision(reason="July"):
            MonthlyReport(
                entry=before.entry, month=month, disbursed=before.disbursed, state="approved", basis="illustrative"
            ).save()


def set_today(day: dt.date | None) -> None:
    """What counts as today for the rounds of 2023."""
    programme = Programme.objects.get(year=2023)
    programme.reporting_day = day
    with create_revision(reason="the day"):
        programme.save()


def stage(number: int, *, closed: bool = False) -> Any:
    """The round with so many approved, before or after its closing; the programme."""
    approve(number)
    set_today(AFTER_CLOSING if closed else BEFORE_CLOSING)
    return Programme.objects.get(year=2023)
