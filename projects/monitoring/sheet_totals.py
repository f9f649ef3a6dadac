"""Totals of the report sheet: amounts reported, approved or not yet. They stand beside totals, never in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from projects.choices import Basis, ReportState
from projects.models import Entry

_ALL = Q()


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
    entries: QuerySet, *, month: int, seen: Q = _ALL, typed: Mapping[int, int | None] | None = None
) -> SheetTotals:
    """Totals of the entries' plans and of their `reports` that are `seen`. `month` is 1 to 12.

    `typed` is what was typed as the month's amount and not saved, by the key of the entry: it stands in the place of what
    the report says.
    """
    typed = typed or {}
    amounts = {key: amount for key, amount in typed.items() if amount is not None}
    has_amount = Q(now__isnull=False) | Q(pk__in=list(amounts))
    done = _sums(entries, seen, month=month, typed=typed, has_amount=has_amount)
    of, number = done["of"], done["now_known"] + len(amounts)
    of_planned = _sum(done["year_of_planned"], _typed_with_a_plan(entries, amounts))
    return SheetTotals(
        plan=Added(_whole(done["plan"]), done["plan_known"], of),
        last=Added(_whole(done["last_amount"]), done["last_known"], of),
        now=Added(_sum(done["now_amount"], amounts.values()) if number else None, number, of),
        year_to_date=Added(_sum(done["year_amount"], amounts.values()) if number else None, number, of),
        share=Fraction(of_planned, int(done["both"])) if done["both"] and number else None,
        with_share=done["both_known"],
    )


def _sums(entries: QuerySet, seen: Q, *, month: int, typed: Mapping[int, Any], has_amount: Q) -> dict[str, Any]:
    """Each entry with its reports of the year is looked at once. It has one of a month, so the largest is that one."""
    is_typed = Q(reports__month=month, pk__in=list(typed))
    rows = Entry.objects.filter(pk__in=entries.order_by().values("pk")).order_by()
    rows = rows.annotate(
        now=Max("reports__disbursed", filter=seen & Q(reports__month=month) & ~is_typed),
        last=Max("reports__disbursed", filter=seen & Q(reports__month=month - 1, reports__state=ReportState.APPROVED)),
        year=Sum("reports__disbursed", filter=seen & Q(reports__month__lte=month) & ~is_typed),
    )
    both = has_amount & Q(planned_disbursement__gt=0)
    return rows.aggregate(
        of=Count("pk"),
        plan=Sum("planned_disbursement"),
        plan_known=Count("planned_disbursement"),
        both=Sum("planned_disbursement", filter=both),
        both_known=Count("planned_disbursement", filter=both),
        now_amount=Sum("now"),
        now_known=Count("now"),
        last_amount=Sum("last"),
        last_known=Count("last"),
        year_amount=Sum("year", filter=has_amount),
        year_of_planned=Sum("year", filter=both),
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
