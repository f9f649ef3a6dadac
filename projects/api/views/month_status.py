"""Month of an answer, open or closed, with how much of it is approved; coverage of a sum over months in three words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from projects.totals.coverage import months_coverage, reports_of
from projects.totals.scope import Scope


def month_of(scope: Scope) -> dict[str, Any] | None:
    """The last month of a question; None before there is one. Numbers of the whole list, also for readers of a part."""
    status = scope.months.by_number.get(scope.last_month) if scope.last_month else None
    if status is None:
        return None
    reports = reports_of(scope, status)
    return {
        "month": str(status.month),
        "state": "complete" if status.is_complete else "open" if status.is_open else "closed",
        "approved": reports.approved,
        "asked": reports.asked,
        "due": status.due,
        "closes": status.closes,
    }


def coverage_of(address: str, scope: Scope, figure: str) -> dict[str, Any] | None:
    """The coverage of a figure made of monthly reports, each word with its records (`address` is their list's); None for
    any other.
    """
    found = months_coverage(scope, figure)
    if found is None:
        return None

    def word(number: int, parameter: str) -> dict[str, Any]:
        pairs = scope.with_added_filters(**{parameter: (figure,)}).parameters()
        return {"count": number, "records": f"{address}?{urlencode(pairs)}"}

    return {
        "complete": word(found.complete, "complete_in"),
        "gaps": word(found.gaps, "gaps_in") | {"months": found.months},
        "none": word(found.none, "missing"),
    }
