"""Totals of the report sheet: amounts reported, approved or not yet. They stand beside totals, never in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from projects.choices import Basis, ReportState


@dataclass(frozen=True)
class Added:
    """CNY added up; `amount` is None when nothing is known. `known` of the `of` records have one."""

    amount: int | Fraction | None
    known: int
    of: int


def added(amounts: Iterable[int | Fraction | None]) -> Added:
    """Amounts of records that are at hand, such as the rows of a table."""
    amounts = list(amounts)
    known = [amount for amount in amounts if amount is not None]
    return Added(sum(known) if known else None, len(known), len(amounts))


@dataclass(frozen=True)
class SheetTotals:
    """What stands under a month's sheet: plans of the year, last month's approved amounts, this month's in any state.

    The year to date is of the entries that have this month's amount, `share` of those that have a plan as well, of 1.
    """

    plan: Added
    last: Added
    now: Added
    year_to_date: Added
    share: Fraction | None
    with_share: int


def asked_and_unasked(listed: QuerySet) -> dict[str, int]:
    """How many of the entries of a month are asked for a report, and how many are known from publications only."""
    published = Q(basis=Basis.PUBLISHED)
    return listed.order_by().aggregate(asked=Count("pk", filter=~published), unasked=Count("pk", filter=published))


def sheet_totals(
    entries: QuerySet, reports: QuerySet, *, month: int, typed: Mapping[int, int | None] | None = None
) -> SheetTotals:
    """Totals of the entries' plans and of these reports of theirs. `month` is 1 to 12.

    `typed` is what was typed as the month's amount and not saved, by the key of the entry: it stands in the place of what
    the report says.
    """
    typed = typed or {}
    amounts = {key: amount for key, amount in typed.items() if amount is not None}
    own = reports.filter(entry__in=entries.order_by().values("pk"), month__lte=month)
    reported = reports.filter(month=month, disbursed__isnull=False).exclude(entry__in=typed).order_by().values("entry")
    planned = _sums_of_plans(entries, _one_of(reported, amounts, "pk"))
    done = _sums_of_reports(own, _one_of(reported, amounts, "entry"), month=month, typed=typed)
    of, number = planned["of"], done["now_known"] + len(amounts)
    now = _sum(done["now"], amounts.values())
    with_plan = _typed_with_a_plan(entries, amounts)
    of_planned = _sum(done["year_of_planned"], with_plan)
    return SheetTotals(
        plan=Added(_whole(planned["amount"]), planned["known"], of),
        last=Added(_whole(done["last"]), done["last_known"], of),
        now=Added(now if number else None, number, of),
        year_to_date=Added(_sum(done["year"], amounts.values()) if number else None, number, of),
        share=Fraction(of_planned, int(planned["both"])) if planned["both"] and number else None,
        with_share=planned["both_known"],
    )


def _one_of(reported: QuerySet, amounts: Mapping[int, int], name: str) -> Q:
    """The entries that have this month's amount, in the register or as it was typed."""
    return Q(**{f"{name}__in": reported}) | Q(**{f"{name}__in": list(amounts)})


def _sums_of_plans(entries: QuerySet, has_now: Q) -> dict[str, Any]:
    both = has_now & Q(planned_disbursement__gt=0)
    return entries.order_by().aggregate(
        of=Count("pk"),
        known=Count("planned_disbursement"),
        amount=Sum("planned_disbursement"),
        both=Sum("planned_disbursement", filter=both),
        both_known=Count("planned_disbursement", filter=both),
    )


def _sums_of_reports(reports: QuerySet, has_now: Q, *, month: int, typed: Mapping[int, Any]) -> dict[str, Any]:
    of_month = Q(month=month) & ~Q(entry__in=list(typed))
    before = Q(month=month - 1, state=ReportState.APPROVED)
    of_year = has_now & ~(Q(month=month) & Q(entry__in=list(typed))) if typed else has_now
    return reports.aggregate(
        now=Sum("disbursed", filter=of_month),
        now_known=Count("disbursed", filter=of_month),
        last=Sum("disbursed", filter=before),
        last_known=Count("disbursed", filter=before),
        year=Sum("disbursed", filter=of_year),
        year_of_planned=Sum("disbursed", filter=of_year & Q(entry__planned_disbursement__gt=0)),
    )


def _typed_with_a_plan(entries: QuerySet, amounts: Mapping[int, int]) -> list[int]:
    if not amounts:
        return []
    planned = entries.order_by().filter(pk__in=list(amounts), planned_disbursement__gt=0)
    return [amounts[key] for key in planned.values_list("pk", flat=True)]


def _sum(amount: Any, more: Iterable[int]) -> int:
    return int(amount or 0) + sum(more)


def _whole(amount: Any) -> int | None:
    """PostgreSQL adds big integers up to a Decimal."""
    return None if amount is None else int(amount)
