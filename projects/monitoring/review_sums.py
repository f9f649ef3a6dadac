"""Sums of the reports that wait for review, with what they are held against: they stand beside totals, never in them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs, Coalesce

from projects.choices import PlanKind
from projects.models import MonthlyReport, Programme

from .entry_table import AtMonth, BesideReports, CommonTable, planned, plans_beside, rows_of


def biggest_change_first(waiting: QuerySet, user: Any) -> QuerySet:
    """Reports of a month, each with `last`, the amount of the month before, where the reader sees one."""
    before = MonthlyReport.objects.visible_to(user).filter(entry=OuterRef("entry"), month=OuterRef("month") - 1)
    waiting = waiting.annotate(last=Subquery(before.order_by().values("disbursed")[:1]))
    waiting = waiting.annotate(change=Abs(Coalesce("disbursed", 0) - Coalesce("last", 0)))
    return waiting.order_by("-change", "entry")


def before_in_queue(waiting: QuerySet, report: Any) -> QuerySet:
    """Those of `biggest_change_first` that come before one of them, the nearest last."""
    return waiting.filter(Q(change__gt=report.change) | Q(change=report.change, entry__lt=report.entry_id))


def after_in_queue(waiting: QuerySet, report: Any) -> QuerySet:
    """Those that come after it, the nearest first."""
    return waiting.filter(Q(change__lt=report.change) | Q(change=report.change, entry__gt=report.entry_id))


@dataclass(frozen=True)
class WaitingInAll:
    """How many reports wait, of how many prefectures, and their CNY."""

    number: int
    amount: int
    places: int = 0


def waiting_in_all(reports: QuerySet) -> WaitingInAll:
    place = "entry__project__prefecture"
    found: dict[str, Any] = reports.order_by().aggregate(
        number=Count("pk"),
        amount=Sum("disbursed"),
        places=Count(place, distinct=True),
        elsewhere=Count("pk", filter=Q(**{f"{place}__isnull": True})),
    )
    places = found["places"] + (1 if found["elsewhere"] else 0)
    return WaitingInAll(found["number"], int(found["amount"] or 0), places)


@dataclass
class ReviewSums:
    """Sums of some reports in CNY, None where nothing is known; `planned_…` are of those alone whose entry has a plan.

    `compared` of the `number` have an amount of the month before.
    """

    number: int = 0
    last: int | None = None
    now: int | None = None
    compared: int = 0
    year_to_date: int | None = None
    planned_now: int | None = None
    planned_year_to_date: int | None = None
    year_plan: int | None = None
    month_plan: Fraction | None = None
    due: Fraction | None = None

    @property
    def change(self) -> int | None:
        """Against the month before, where all have it: else the two sums are of different reports."""
        if self.now is None or self.last is None or self.compared < self.number:
            return None
        return self.now - self.last

    def add(self, **sums: Any) -> None:
        for name, value in sums.items():
            if value is not None:
                setattr(self, name, (getattr(self, name) or 0) + value)


def review_sums(programme: Programme, month: int, waiting: QuerySet, *, user: Any, kind: Hashable = None) -> ReviewSums:
    """Sums of reports of a month that wait, of `biggest_change_first`: a query, and one for what it needs. The SQL of their
    `kind`, if there is one, is made once.
    """
    rule = programme.light_rule
    against = PlanKind(rule.against) if rule else PlanKind.ANNOUNCED
    found = ReviewSums()
    try:
        listed = _listed(month, waiting, user, kind)
    except EmptyResultSet:
        return found
    beside = BesideReports.of(programme, against)
    at, at_last = (AtMonth(programme.year, number, against, beside) for number in (month, month - 1))
    has_plan = f"{at.amount.text} IS NOT NULL"
    done = "CAST(l.now + l.before AS bigint)"
    sums = {
        "number": "COUNT(*)",
        "last": "SUM(l.last)",
        "now": "SUM(l.now)",
        "compared": "COUNT(l.last)",
        "year_to_date": f"SUM({done})",
        "planned_now": f"SUM(CASE WHEN {has_plan} THEN l.now END)",
        "planned_year_to_date": f"SUM(CASE WHEN {has_plan} THEN {done} END)",
        "year_plan": f"SUM({at.amount.text})",
        "month_plan": f"SUM(CASE WHEN {has_plan} THEN {at.due.text} - {at_last.due.text} END)",
        "due": f"SUM(CASE WHEN {has_plan} THEN {at.due.text} END)",
    }
    texts = ", ".join(sums.values())
    tail = f"SELECT {at.parts.text}, {texts} FROM listed l {plans_beside(beside)} GROUP BY 1"  # nosec B608 # our own names
    parts = [listed, *([planned(programme, against)] if beside.plans else [])]
    for in_parts, *values in rows_of(parts, tail):
        whole: dict[str, Any] = dict(
            zip(sums, (None if value is None else int(value) for value in values), strict=True)
        )
        for name in ("month_plan", "due"):
            whole[name] = None if whole[name] is None else Fraction(whole[name], int(in_parts))
        found.add(**whole)
    return found


def _listed(month: int, waiting: QuerySet, user: Any, kind: Hashable) -> CommonTable:
    head = "listed (entry, amount, joined, now, last, before) AS"

    def rows() -> QuerySet:
        earlier = MonthlyReport.objects.visible_to(user).filter(entry=OuterRef("entry"), month__lt=month).order_by()
        before = Subquery(earlier.values("entry").annotate(total=Sum("disbursed")).values("total"))
        own = (F("entry"), F("entry__planned_disbursement"), F("entry__joined"), Coalesce("disbursed", 0), F("last"))
        return waiting.order_by().values_list(*own, Coalesce(before, 0))

    return CommonTable.once(head, kind, rows) if kind else CommonTable.of(head, rows())
