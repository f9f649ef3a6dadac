"""The tables of a project's page: their columns, for the page and for the files of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import ListStatus, Measure, PlanKind, ReportState, Stage
from projects.models import Entry, MonthlyReport
from projects.totals.scope import Scope
from projects.totals.totals import Row

from . import formatting
from .facts import Fact
from .line_order import named
from .monitoring.forecast import forecast_table
from .monitoring.milestone_order import columns as columns_of_milestones
from .plain_columns import OneOf, basis, choice, money, share, source, words
from .project_year import Year
from .sort_heads import SortColumn
from .statements import FigureStatements
from .table_columns import coded, text, value_of
from .table_files import PageTable, table_of_lines

SORTED = ("months", "plans", "words", "forecast", "milestones", "problems", "lists")  # which are asked for in an order


def figure_table(facts: Sequence[Fact]) -> PageTable:
    """The facts, each amount as a number."""
    unit = formatting.unit_of("table")

    def value(fact: Fact) -> Any:
        return fact.text if fact.amount is None else Fraction(fact.amount, unit)

    columns = [
        words(_("Fact"), attrgetter("label")),
        words(
            _("Value"),
            value,
            text(_("Unit"), lambda fact: fact.text and fact.unit),
            text(_("Detail"), attrgetter("detail")),
        ),
        source(attrgetter("source"), said=lambda fact: fact.source.publisher if fact.source else fact.origin),
        basis(attrgetter("basis")),
    ]
    return table_of_lines("facts", _("Facts"), columns, facts)


def statement_tables(statements: Sequence[FigureStatements]) -> dict[str, PageTable]:
    """One for each figure that is spoken of, by its name."""
    return {f"said_{about.figure}": _statement_table(about) for about in statements}


def _statement_table(about: FigureStatements) -> PageTable:
    """On the page a chart stands after the second column."""
    stated, adopted = _("Stated"), _("Adopted")
    note = text(_("Note"), attrgetter("said.note"))
    why = text(_("Reason"), attrgetter("said.claim.adopted_because"))
    columns = [
        words(_("Scope"), attrgetter("about.scope")),
        money(stated, attrgetter("said.amount"), under=about.unit)
        if about.is_money
        else words(stated, attrgetter("said.text"), kind="r"),
        source(attrgetter("said.claim.source")),
        words(adopted, lambda line: _("yes") if line.said.claim.adopted else _("no"), why, note),
    ]
    lines = [OneOf(group, each) for group in about.groups for each in group.statements]
    return table_of_lines(f"said_{about.figure}", about.label, columns, lines)


def month_table(scope: Scope, months: Any, whole: Row) -> PageTable:
    """Plan and disbursement by month; `months` as the page has them, `whole` what they come to."""
    done = money(_("In the month"), attrgetter("progress.done"), figure=Measure.DISBURSED.value)
    of_plan = share(_("% of plan"), attrgetter("progress.share"))
    columns = [
        words(_("Month"), attrgetter("progress.row.name_zh")),
        money(_("Pro-rata plan"), lambda _line: months.twelfth),
        done,
        money(_("Since January"), attrgetter("progress.since_january")),
        of_plan,
        share(_("Gap to the pro-rata plan, percentage points"), attrgetter("progress.gap_share"), kind="far"),
        choice(_("State"), lambda line: line.report and line.report.state, ReportState),
    ]
    span = formatting.months(scope.first_month, scope.last_month) if scope.end_month else ""
    known = {done: Measure.DISBURSED, of_plan: Measure.DISBURSED_OF_PLAN}
    total = [
        cell.format_value(value_of(whole.figures[known[column]])) if column in known else None
        for column in columns[1:]
        for cell in column.in_files
    ]
    note = _("Monthly reports, %(unit)s") % {"unit": formatting.money_unit("table")}
    in_order = named(columns, "month", "twelfth", "done", "since_january", "share", "gap", "state")
    return PageTable("months", note, in_order, lambda: [months.months], len(months.months), [[span, *total]])


def year_tables(year: Year, *, public: bool) -> dict[str, PageTable]:
    """Of one year: its plans, what its months say, its forecasts, milestones and problems."""
    return {
        "plans": table_of_lines("plans", _("Plans of the year"), _columns_of_plans(), year.plans),
        "words": table_of_lines("words", _("What the reports say"), _columns_of_words(), year.reports),
        "forecast": forecast_table(year.forecasts, year.heads),
        "milestones": table_of_lines(
            "milestones",
            _("Milestones"),
            columns_of_milestones()[1:],
            [each for group in year.milestones for each in group.milestones],
        ),
        "problems": table_of_lines(
            "problems", pgettext("page", "Problems"), _columns_of_problems(public=public), year.problems
        ),
    }


def _columns_of_plans() -> list[SortColumn]:
    names = ("plan", "amount", "done", "due", "gap", "points", "decided", "document", "reason", "pace", "source")
    rated = text(_("Light"), lambda line: _("the light is measured against it") if line.is_rated else "")
    _words, code = coded(_("Plan"), attrgetter("plan.kind"), kind=PlanKind)
    columns = [
        words(_("Plan"), lambda line: formatting.sentence_case(str(line.plan.kind.label)), code, rated),
        money(_("Amount"), attrgetter("plan.amount")),
        share(_("% done"), attrgetter("share")),
        money(_("Pro-rata plan"), attrgetter("due")),
        money(_("Gap"), attrgetter("gap")),
        share(_("Gap, percentage points"), attrgetter("gap_share")),
        words(_("Decided on"), lambda line: line.plan.record and line.plan.record.decided_on),
        words(_("Document"), lambda line: line.plan.record and line.plan.record.document),
        words(_("Reason"), lambda line: line.plan.record and line.plan.record.reason),
        words(_("Pace"), lambda line: _("pro-rata plan") if line.plan.is_even else _("month by month")),
        source(lambda line: line.plan.record and line.plan.record.source),
    ]
    return named(columns, *names)


def _columns_of_words() -> list[SortColumn]:
    columns = [
        words(_("Month"), lambda report: formatting.month_name(report.month))._replace(by=attrgetter("month")),
        choice(pgettext("report", "Stage"), attrgetter("stage"), Stage)._replace(by=_stage),
        words(_("Physical progress in words"), attrgetter("progress")),
        words(pgettext("report", "Problems"), attrgetter("problems")),
        words(_("Reason"), attrgetter("reason")),
        words(pgettext("report", "Measure"), attrgetter("measure")),
        money(_("Forecast for the whole year"), attrgetter("forecast")),
    ]
    return named(columns, "month", "stage", "progress", "problems", "reason", "measure", "forecast")


def _stage(report: MonthlyReport) -> int | None:
    return Stage.values.index(report.stage) if report.stage else None


def _columns_of_problems(*, public: bool) -> list[SortColumn]:
    """The public is not told who solves a problem."""
    solver = words(_("To be solved by"), attrgetter("problem.solver"))
    columns = [
        words(_("Kind"), lambda row: formatting.sentence_case(row.problem.get_kind_display())),
        words(_("Description"), attrgetter("problem.description")),
        solver._replace(in_files=()) if public else solver,
        words(_("Deadline"), attrgetter("problem.due")),
        words(
            _("State"),
            lambda row: row.problem.get_state_display(),
            text(_("Time"), lambda row: row.time if row.problem.solved_on or row.problem.due else ""),
        ),
        words(_("Last step"), attrgetter("problem.note")),
        basis(attrgetter("problem.basis")),
    ]
    return named(columns, "kind", "description", "" if public else "solver", "due", "state", "step", "basis")


def entry_table(
    entries: Sequence[Entry], entry: Entry | None, scope: Scope, whole: Row, unsourced: Mapping[int, str]
) -> PageTable:
    """The places on yearly lists. What was done of a year other than the one that is looked at stands on its own page.

    `unsourced` says, by the key of an entry, what its source does not say.
    """

    def of_year(measure: Measure) -> Any:
        return lambda each: value_of(whole.figures[measure]) if entry and each.pk == entry.pk else None

    span = formatting.months(scope.first_month, scope.last_month) if scope.end_month else ""
    disbursed = money(_("Disbursed"), of_year(Measure.DISBURSED), under=span, figure=Measure.DISBURSED.value)
    columns = [
        words(_("Year"), attrgetter("programme")),
        choice(_("New or continuing"), attrgetter("status"), ListStatus),
        words(_("Joined"), attrgetter("joined")),
        words(_("Left"), attrgetter("left")),
        money(_("Annual plan"), attrgetter("planned_disbursement"), figure=Measure.PLANNED_DISBURSEMENT.value),
        disbursed,
        share(_("% of plan"), of_year(Measure.DISBURSED_OF_PLAN), figure=Measure.DISBURSED_OF_PLAN.value),
        basis(attrgetter("basis")),
        source(attrgetter("source"), text(_("Not from the source"), lambda each: unsourced.get(each.pk, ""))),
    ]
    names = ("year", "status", "joined", "left", "plan", "disbursed", "share", "basis", "source")
    return table_of_lines("lists", _("Yearly lists"), named(columns, *names), entries)
