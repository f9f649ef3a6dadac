"""Amounts of reports: what each brings its entry to since January and since its start, and against the plan to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from projects.choices import Light, ListStatus
from projects.models import Entry, LightRule, MonthlyReport
from projects.money import ratio
from projects.totals.lights import light_at
from projects.totals.plans import YearPlan, measured_against, plans_of


@dataclass(frozen=True)
class RunningTotal:
    """CNY disbursed to the end of a report's month; None where it is not known."""

    year_to_date: int | None
    since_start: int | None


def get_running_totals(reports: Iterable[MonthlyReport], *, user: Any) -> dict[int, RunningTotal]:
    """For each report by its key, from the reports that the reader may see; one query for all.

    As `MonthlyReport.year_to_date`, months without an amount add nothing. The public sees approved reports only, so no
    difference of two months gives away one that is not.
    """
    reports = list(reports)
    amounts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    seen = MonthlyReport.objects.visible_to(user).filter(entry__in={report.entry_id for report in reports})
    for entry, month, amount in seen.order_by().values_list("entry", "month", "disbursed"):
        if amount is not None:
            amounts[entry].append((month, amount))
    return {report.pk: _build_running_total(report, amounts[report.entry_id]) for report in reports}


def _build_running_total(report: MonthlyReport, amounts: Iterable[tuple[int, int]]) -> RunningTotal:
    if report.disbursed is None:
        return RunningTotal(None, None)
    year = report.disbursed + sum(amount for month, amount in amounts if month < report.month)
    return RunningTotal(year, since_start(report.entry, year))


def since_start(entry: Entry, year_to_date: int | None) -> int | None:
    """CNY from the start of the project (开累); None where what came before the year is not known."""
    before = disbursed_before(entry)
    return None if before is None or year_to_date is None else before + year_to_date


def disbursed_before(entry: Entry) -> int | None:
    """CNY from the start of the project to the end of the year before: nothing for a new one unless it is said."""
    if entry.disbursed_before is None and entry.status == ListStatus.NEW:
        return 0
    return entry.disbursed_before


@dataclass(frozen=True)
class ReportStanding:
    """CNY from January to the report's month, their share of the plan, and how far that is ahead of the plan to date.

    None where it is not known; `gap` is a share of the plan too, negative when behind.
    """

    year_to_date: int | None
    share: Fraction | None
    gap: Fraction | None
    light: Light | None


def report_standing(
    amount: int | None, *, earlier: Mapping[int, int], month: int, plan: YearPlan | None, rule: LightRule | None
) -> ReportStanding:
    """Return the standing that a report of `amount` CNY gives; `earlier` is CNY by the months reported before it."""
    if amount is None:
        return ReportStanding(None, None, None, None)
    done = sum(earlier.values()) + amount
    due = plan.get_due({*earlier, month}) if plan else None
    return ReportStanding(
        year_to_date=done,
        share=ratio(done, plan.amount) if plan else None,
        gap=(done - due) / plan.amount if plan and due is not None and plan.amount else None,
        light=light_at(rule, plan, due=due, done=done),
    )


def standing_in_year(report: MonthlyReport, year: Iterable[MonthlyReport]) -> ReportStanding:
    """The same for a report among those of its entry that a reader may see; one query, for the plans."""
    before = {
        other.month: other.disbursed for other in year if other.month < report.month and other.disbursed is not None
    }
    rule = report.entry.programme.light_rule
    plan = measured_against(plans_of(report.entry), rule)
    return report_standing(report.disbursed, earlier=before, month=report.month, plan=plan, rule=rule)
