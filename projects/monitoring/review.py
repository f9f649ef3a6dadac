"""Review: what to look at twice in a report, sums of the reports that wait, and what approving one does to the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from statistics import median
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Abs, Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import ListStatus, Measure, PlausibilityKind
from projects.models import MonthlyReport, PlausibilityRule, Programme
from projects.models.entry import was_on_list
from projects.periods import MONTHS_OF_YEAR, Month
from projects.plausibility.rules import KINDS, Doubt, Surroundings
from projects.totals.plans import YearPlan, kind_measured_against, plans_by_entry
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, ratio

# hints: whether a month is unlike the months before it is not among them, that is a plausibility rule


class Hint(TextChoices):
    """In the order in which they are told."""

    NEGATIVE = "negative", _("takes back earlier amounts")
    FIRST_MONEY = "first-money", _("first money ever disbursed")
    ABOVE_PLAN = "above-plan", _("year to date above the year's plan")
    FORECAST_BELOW = "forecast-below", _("forecast below what is done")
    UNEXPLAINED = "unexplained", _("behind plan without reason or measure")
    LATE = "late", _("submitted late")


def find_hints(
    report: MonthlyReport, *, before: int, year_plan: int | None, must_explain: bool, is_late: bool
) -> list[Hint]:
    """Return all that stands out in a report, in the order of `Hint`; CNY `before` from January to the month before."""
    amount, entry, forecast = report.disbursed or 0, report.entry, report.forecast
    # a continuing project had money in earlier years, even where the amount is not known
    unknown = entry.disbursed_before is None and entry.status == ListStatus.CONTINUING
    had_money = unknown or (entry.disbursed_before or 0) > 0
    is_explained = report.reason.strip() and report.measure.strip()
    applies = {
        Hint.NEGATIVE: amount < 0,
        Hint.FIRST_MONEY: amount > 0 and not (before or had_money),
        Hint.ABOVE_PLAN: year_plan is not None and before + amount > year_plan,
        Hint.FORECAST_BELOW: forecast is not None and forecast < before + amount,
        Hint.UNEXPLAINED: must_explain and not is_explained,
        Hint.LATE: is_late,
    }
    return [hint for hint in Hint if applies[hint]]


# the reports that wait


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
    rows = list(reports.order_by().values_list("entry__project__prefecture", "disbursed"))
    places = {place for place, _amount in rows}
    return WaitingInAll(len(rows), sum(amount or 0 for _place, amount in rows), len(places))


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

    @property
    def month_share(self) -> Fraction | None:
        """Return the amount of the month as a share of what the plans ask of it."""
        return (
            Fraction(self.planned_now) / self.month_plan if self.planned_now is not None and self.month_plan else None
        )

    @property
    def share(self) -> Fraction | None:
        return ratio(self.planned_year_to_date, self.year_plan)

    @property
    def gap(self) -> Fraction | None:
        """Return how far the year to date is ahead of the plans to date, as a share of the year's."""
        if self.planned_year_to_date is None or self.due is None or not self.year_plan:
            return None
        return (self.planned_year_to_date - self.due) / Fraction(self.year_plan)

    def add_report(
        self, report: MonthlyReport, *, last: int | None, earlier: Mapping[int, int], plan: YearPlan | None
    ) -> None:
        """Add a report with the amount of the month `last` and CNY by the months reported `earlier`."""
        now = report.disbursed or 0
        done = now + sum(earlier.values())
        self._add(number=1, last=last, now=now, compared=int(last is not None), year_to_date=done)
        if plan:
            self._add(planned_now=now, planned_year_to_date=done, year_plan=plan.amount)
            self._add(month_plan=plan.of_month(report.month), due=plan.get_due({*earlier, report.month}))

    def _add(self, **sums: Any) -> None:
        for name, value in sums.items():
            if value is not None:
                setattr(self, name, (getattr(self, name) or 0) + value)


def review_sums(programme: Programme, month: int, waiting: QuerySet, *, user: Any) -> ReviewSums:
    """Return the sums of reports of a month that wait, which are of `biggest_change_first`. Three queries."""
    kind, reports = kind_measured_against(programme.light_rule), list(waiting.order_by().select_related("entry"))
    entries = [report.entry for report in reports]
    before = MonthlyReport.objects.visible_to(user).filter(entry__in=entries, month__lt=month).order_by()
    earlier: dict[int, dict[int, int]] = defaultdict(dict)
    for entry, number, amount in before.filter(disbursed__isnull=False).values_list("entry", "month", "disbursed"):
        earlier[entry][number] = amount
    plans, sums = plans_by_entry(entries, year=programme.year), ReviewSums()
    for report in reports:
        plan = plans[report.entry_id].get(kind)
        sums.add_report(report, last=report.last, earlier=earlier[report.entry_id], plan=plan)
    return sums


# what approving a report does


@dataclass(frozen=True)
class ApprovalEffect:
    """Before and after; `done` is CNY from January to the report's month.

    `goes_to` is the month to which pages go by themselves once it is approved, `shown` that to which they go now.
    """

    approved: int
    approved_then: int
    asked: int
    done: int
    done_then: int
    shown: int
    goes_to: int


def approval_effect(scope: Scope, report: MonthlyReport) -> ApprovalEffect:
    """What approving a report changes in the programme of the scope, of which the reader sees all."""
    status, entry = scope.months.by_number[report.month], report.entry
    then = status
    if entry.is_asked and was_on_list(entry.joined, entry.left, status.month):
        plan = status.planned_approved + (entry.planned_disbursement or 0)
        then = replace(status, approved=status.approved + 1, planned_approved=plan)
    done, shown = done_through(scope, report.month), scope.months.default
    return ApprovalEffect(
        approved=status.approved,
        approved_then=then.approved,
        asked=status.asked,
        done=done,
        done_then=done + (report.disbursed or 0),
        shown=shown,
        goes_to=scope.months.with_status(then).default,
    )


def reopening_effect(scope: Scope, report: MonthlyReport) -> tuple[int, int]:
    """What the programme comes to from January to the report's month with it and, once it is reopened, without it, CNY."""
    done = done_through(scope, report.month)
    return done, done - (report.disbursed or 0)


def retracting_effect(scope: Scope, keys: Iterable[int], month: int) -> tuple[int, int]:
    """The same once the approvals of these reports of a month are taken back, CNY."""
    done = done_through(scope, month)
    return done, done - MonthlyReport.objects.approved().filter(pk__in=keys).added_up()


def done_through(scope: Scope, month: int) -> int:
    """CNY that approved reports of the programme come to from January to a month."""
    through = Scope(user=scope.user, programme=scope.programme, first_month=1, last_month=month)
    answer = breakdowns(through, None, compared=False, figures=(Measure.DISBURSED.value,))[None]
    return answer.total_row.figures[Measure.DISBURSED].value or 0


# the months before a report


@dataclass(frozen=True)
class MonthDone:
    """One month: CNY and the share of the year's plan, None where not known; how far its report has come, '' without one."""

    month: Month
    amount: int | None = None
    share: Fraction | None = None
    state: str = ""


@dataclass(frozen=True)
class RecentMonths:
    """Twelve months, the last the reported one. The median is of the months of this year before it, in CNY.

    `doubt` is that of the rule about outliers; None where it says nothing of this month.
    """

    months: list[MonthDone]
    median: int | Fraction | None
    doubt: Doubt | None

    @property
    def latest(self) -> MonthDone:
        return self.months[-1]


def recent_months(
    report: MonthlyReport,
    earlier: Sequence[MonthlyReport],
    last_year: Mapping[int, int | None],
    *,
    rules: Mapping[str, PlausibilityRule],
) -> RecentMonths:
    """`earlier` are the entry's reports of the months before; `last_year` is by month what was disbursed the year before.

    `report` may say what is not stored yet.
    """
    plan = report.entry.planned_disbursement
    by_month = {each.month: each for each in earlier} | {report.month: report}
    year = report.period.year
    before = [each.disbursed for each in earlier if each.disbursed is not None]
    middle = median([Fraction(each) for each in before]) if before else None
    rule = rules.get(PlausibilityKind.OUTLIER.value)
    around = Surroundings({report.entry_id: earlier})
    finding = next(KINDS[PlausibilityKind.OUTLIER].finds(report, rule, around), None) if rule else None
    return RecentMonths(
        months=[
            *(
                MonthDone(Month(year - 1, month), last_year.get(month))
                for month in range(report.month + 1, MONTHS_OF_YEAR + 1)
            ),
            *(_get_month_done(by_month.get(month), Month(year, month), plan) for month in range(1, report.month + 1)),
        ],
        median=middle,
        doubt=Doubt(rule, report, finding) if rule and finding else None,
    )


def _get_month_done(report: Any, month: Month, plan: int | None) -> MonthDone:
    if report is None:
        return MonthDone(month)
    return MonthDone(month, report.disbursed, ratio(report.disbursed, plan) if plan else None, report.state)
