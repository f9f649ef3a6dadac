"""Report sheet: totals of what is reported, approved or not yet, which are never in a total; and its parts by state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from projects.access import get_access
from projects.choices import Basis, ReportPart, ReportState
from projects.models import MonthlyReport

_ALL = Q()
_STATES = {
    ReportPart.RETURNED: ReportState.RETURNED,
    ReportPart.SUBMITTED: ReportState.SUBMITTED,
    ReportPart.APPROVED: ReportState.APPROVED,
}


@dataclass(frozen=True)
class AmountSum:
    """CNY added up; `amount` is None when nothing is known. `known` of the `of` records have one."""

    amount: int | Fraction | None
    known: int
    of: int


def add_amounts(amounts: Iterable[int | Fraction | None]) -> AmountSum:
    """Amounts of records that are at hand, such as the rows of a table."""
    amounts = list(amounts)
    known = [amount for amount in amounts if amount is not None]
    return AmountSum(sum(known) if known else None, len(known), len(amounts))


@dataclass(frozen=True)
class SheetTotals:
    """What stands under a month's sheet: plans of the year, last month's approved amounts, this month's in any state.

    The year to date is of the entries that have this month's amount, `share` of those that have a plan as well, of 1.
    """

    plan: AmountSum
    last: AmountSum
    now: AmountSum
    year_to_date: AmountSum
    share: Fraction | None
    with_share: int


def count_required(listed: QuerySet) -> dict[str, int]:
    """Return how many of the entries of a month are asked for a report, and how many are known from publications only."""
    by_basis = dict(listed.order_by().values_list("basis").annotate(Count("pk")))
    unasked = by_basis.pop(Basis.PUBLISHED.value, 0)
    return {"asked": sum(by_basis.values()), "unasked": unasked}


def sheet_totals(
    entries: QuerySet, *, month: int, seen: Q = _ALL, typed: Mapping[int, int | None] | None = None
) -> SheetTotals:
    """Return the totals of the entries' plans and of their reports that are `seen`, approved ones always. Two queries.

    `month` is 1 to 12. `typed` is what was typed as the month's amount and not saved, by the key of the entry: it stands in
    the place of what the report says.
    """
    plans = dict(entries.order_by().values_list("pk", "planned_disbursement"))
    now = {key: amount for key, amount in (typed or {}).items() if amount is not None}
    last: dict[int, int] = {}
    year: dict[int, int] = defaultdict(int)
    reports = MonthlyReport.objects.filter(entry__in=entries.order_by().values("pk"), month__lte=month)
    reports = reports.filter(
        (Q(state=ReportState.APPROVED) | seen) if seen else seen, disbursed__isnull=False
    ).order_by()
    for key, number, state, amount in reports.values_list("entry", "month", "state", "disbursed"):
        if number == month:
            if key not in (typed or {}):
                now[key] = amount
            continue
        year[key] += amount
        if number == month - 1 and state == ReportState.APPROVED:
            last[key] = amount
    done = {key: year[key] + amount for key, amount in now.items()}
    planned = [key for key in done if plans.get(key)]
    return SheetTotals(
        plan=add_amounts(plans.values()),
        last=add_amounts(last.get(key) for key in plans),
        now=add_amounts(now.get(key) for key in plans),
        year_to_date=add_amounts(done.get(key) for key in plans),
        share=Fraction(sum(done[key] for key in planned), sum(plans[key] for key in planned)) if planned else None,
        with_share=len(planned),
    )


def in_part(entries: QuerySet, part: ReportPart, *, month: int, user: Any) -> QuerySet:
    """Those of these entries, which are asked for a report of a month (1 to 12). Of reports that were returned the public is
    told nothing: to it they are outstanding as any other.
    """
    is_public = get_access(user).public
    if is_public and part == ReportPart.RETURNED:
        return entries.none()
    reports = MonthlyReport.objects.filter(entry=OuterRef("pk"), month=month)
    if part in _STATES:
        return entries.filter(Exists(reports.filter(state=_STATES[part])))
    outstanding = entries.filter(~Exists(reports.received()))
    if part == ReportPart.OUTSTANDING or is_public:
        return outstanding
    return outstanding.filter(~Exists(reports.filter(state=ReportState.RETURNED)))
