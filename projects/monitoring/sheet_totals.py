"""Totals of the report sheet: amounts reported, approved or not yet. They stand beside totals, never in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from projects.choices import ReportState


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
    """What stands under a month's sheet: plans of the year, last month's approved amounts, this month's in any state."""

    plan: Added
    last: Added
    now: Added


def sheet_totals(entries: QuerySet, reports: QuerySet, *, month: int) -> SheetTotals:
    """Totals of the entries' plans and of these reports of theirs, in two queries. `month` is 1 to 12."""
    plan: dict[str, Any] = entries.order_by().aggregate(
        of=Count("pk"), known=Count("planned_disbursement"), amount=Sum("planned_disbursement")
    )
    of_month = Q(month=month)
    before = Q(month=month - 1, state=ReportState.APPROVED)
    found: dict[str, Any] = reports.filter(entry__in=entries.order_by().values("pk")).aggregate(
        now=Sum("disbursed", filter=of_month),
        now_known=Count("disbursed", filter=of_month),
        last=Sum("disbursed", filter=before),
        last_known=Count("disbursed", filter=before),
    )
    of = plan["of"]
    return SheetTotals(
        plan=Added(_whole(plan["amount"]), plan["known"], of),
        last=Added(_whole(found["last"]), found["last_known"], of),
        now=Added(_whole(found["now"]), found["now_known"], of),
    )


def _whole(amount: Any) -> int | None:
    """PostgreSQL adds big integers up to a Decimal."""
    return None if amount is None else int(amount)
