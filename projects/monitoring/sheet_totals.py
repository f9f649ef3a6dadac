"""Totals of the report sheet: amounts reported, approved or not yet. They stand beside totals, never in them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from projects.choices import Basis, ReportState
from projects.database.prepared_statements import Prepared, made, remembered
from projects.database.sql import Sql, joined
from projects.models import MonthlyReport

from .entry_table import ALL_ROWS, CommonTable, reported, with_tables

_ALL = Q()
_NOT_APPROVED = [state for state in ReportState if state != ReportState.APPROVED]


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


def asked_and_unasked(listed: QuerySet, *, kind: Hashable) -> dict[str, int]:
    """How many of the entries of a month are asked for a report, and how many are known from publications only; `kind` is
    what the SQL of the entries follows from.
    """
    published = f"CASE WHEN basis = '{Basis.PUBLISHED.value}' THEN"

    def build() -> Sql:
        rows = Sql.of(listed.order_by().values("basis"))
        return rows.summed(f"COUNT({published} NULL ELSE 1 END), COUNT({published} 1 END)").spelled_out()

    rows = remembered(("asked and unasked", kind), lambda: made(build, as_one=True)).rows()
    return dict(zip(("asked", "unasked"), rows[0] if rows else (0, 0), strict=True))


def sheet_totals(
    entries: QuerySet,
    *,
    month: int,
    seen: Q = _ALL,
    typed: Mapping[int, int | None] | None = None,
    kind: Hashable = None,
) -> SheetTotals:
    """Totals of the entries' plans and of their reports that are `seen`, approved ones always. `month` is 1 to 12; `kind` is
    what the SQL of the entries and of what is seen follows from, where that is known.

    `typed` is what was typed as the month's amount and not saved, by the key of the entry: it stands in the place of what
    the report says.
    """
    typed = typed or {}
    amounts = {key: amount for key, amount in typed.items() if amount is not None}
    of, plan, plans, both, with_both, now, known, last, last_known, year, year_of_planned = _sums(
        entries,
        seen,
        month=month,
        typed=typed,
        has_amount=f"(now IS NOT NULL OR {_among(amounts)})",
        kind=None if typed else kind,
    )
    number = known + len(amounts)
    of_planned = _sum(year_of_planned, _typed_with_a_plan(entries, amounts))
    return SheetTotals(
        plan=Added(_whole(plan), plans, of),
        last=Added(_whole(last), last_known, of),
        now=Added(_sum(now, amounts.values()) if number else None, number, of),
        year_to_date=Added(_sum(year, amounts.values()) if number else None, number, of),
        share=Fraction(of_planned, int(both)) if both and number else None,
        with_share=with_both,
    )


def _sums(
    entries: QuerySet, seen: Q, *, month: int, typed: Mapping[int, Any], has_amount: str, kind: Hashable
) -> tuple[Any, ...]:
    def make() -> Prepared:
        return made(lambda: _statement(entries, seen, month=month, typed=typed, has_amount=has_amount), as_one=True)

    statement = make() if kind is None else remembered(("sheet totals", kind, month), make)
    rows = statement.rows()
    return rows[0] if rows else (0, None, 0, *(None, 0) * 3, None, None)


def _statement(entries: QuerySet, seen: Q, *, month: int, typed: Mapping[int, Any], has_amount: str) -> Sql:
    """Each entry is looked at once: at what its approved reports come to, and at those of the year that are not approved."""
    of_year = MonthlyReport.objects.filter(seen, month__lte=month, disbursed__isnull=False).order_by()
    found = of_year.exclude(month=month, entry__in=list(typed)).values_list("entry", "month", "disbursed")
    # one state after the other, each in the SQL, as the indexes of reports are: few are in any of these
    others = joined((Sql.of(found.filter(state=state)).spelled_out() for state in _NOT_APPROVED), " UNION ALL ")
    is_typed, both = _among(typed), f"({has_amount} AND plan > 0)"
    year = f"CASE WHEN {is_typed} THEN {_approved_by(month - 1)} ELSE {_approved_by(month)} END + COALESCE(o.year, 0)"
    now = f"CASE WHEN {is_typed} THEN NULL ELSE COALESCE(o.now, {_approved_in(month)}) END"
    rows = (
        f"SELECT key, plan, {now} AS now, {_approved_in(month - 1)} AS last, {year} AS year"  # nosec B608 # our own names
        " FROM sheet LEFT JOIN reported r ON r.entry = key LEFT JOIN (SELECT entry, SUM(amount) AS year,"
        f" MAX(amount) FILTER (WHERE month = {int(month)}) AS now FROM others GROUP BY entry) o ON o.entry = key"
        f" LIMIT {ALL_ROWS}"
    )
    sums = (
        f"SELECT COUNT(*), SUM(plan), COUNT(plan), SUM(plan) FILTER (WHERE {both}), COUNT(*) FILTER (WHERE {both}),"  # nosec B608 # our own names
        f" SUM(now), COUNT(now), SUM(last), COUNT(last), SUM(year) FILTER (WHERE {has_amount}),"
        f" SUM(year) FILTER (WHERE {both}) FROM ({rows}) entries"
    )
    sheet = CommonTable.of("sheet (key, plan) AS", entries.order_by().values_list("pk", "planned_disbursement"))
    beside = CommonTable("others (entry, month, amount) AS", others)
    return with_tables([sheet, reported(*range(1, month + 1), of="SELECT key FROM sheet"), beside], sums).spelled_out()


def _among(keys: Iterable[int]) -> str:
    named = ", ".join(str(int(key)) for key in keys)
    return f"key IN ({named})" if named else "1 = 0"


def _approved_by(month: int) -> str:
    return f"COALESCE(r.done_{month}, 0)" if month else "0"


def _approved_in(month: int) -> str:
    """What the approved report of one month says; nothing where there is none."""
    if not month:
        return "CAST(NULL AS bigint)"
    return f"CASE WHEN (r.approved & {1 << month}) > 0 THEN r.done_{month} - {_approved_by(month - 1)} END"


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
