"""`/rounds/`: the rounds of a programme, when each opens, is due and closes, which reports are in, what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, RoundState
from projects.exports.columns import LineColumn
from projects.models import Round
from projects.monitoring.report_counts import ReportCounts, count_reports_of_scope
from projects.periods import MONTHS_OF_YEAR
from projects.totals.dimensions import MONTH
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns

from .. import formatting
from ..column_order import Value, ordered, orders
from ..decorators import one_of, page
from ..files import files_of
from ..parameters import reads
from ..sort_heads import SortColumn, sort_heads
from ..table_columns import coded, of_figure, text
from ..table_files import FILES, file_asked, file_links, table_of_lines
from .tabs import framed

SORT, NEWEST = "sort", "-month"
REPORTS = (
    Measure.REPORTS_IN.value,
    Measure.REPORTS_APPROVED.value,
    Measure.REPORTS_LATE.value,
    Measure.REPORTS_MISSING.value,
)
# filters by what projects have in a month, which are others in the next
_BY_MONTH = {
    *("listed", "counted_in", "missing", "having", "complete_in", "gaps_in", "light"),
    *(f"{name}_{end}" for name in (Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED) for end in ("min", "max")),
}
_STATES = list(RoundState)
_STATE_CLASS = {RoundState.PLANNED: "draft", RoundState.OPEN: "submitted", RoundState.LATE: "returned"}


@dataclass(frozen=True)
class RoundRow:
    """One round with the row of its month's figures."""

    round: Round
    row: Row

    @property
    def state_class(self) -> str:
        return _STATE_CLASS.get(self.round.state, "approved")

    @property
    def asked(self) -> int:
        """How many entries are asked for a report."""
        return self.row.figures[Measure.REPORTS_IN].of

    @property
    def days_left(self) -> str:
        """Days until it is due, or since; empty unless it runs."""
        if self.round.state not in (RoundState.OPEN, RoundState.LATE):
            return ""
        days = self.round.days_left
        if days < 0:
            return ngettext("%(days)s day over", "%(days)s days over", -days) % {"days": -days}
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _value(measure: Measure) -> Value:
    return lambda each: each.row.figures[measure].value


COLUMNS: dict[str, Value] = {
    "month": lambda each: each.round.month,
    "state": lambda each: _STATES.index(each.round.state),
    "opens": lambda each: each.round.opens,
    "due": lambda each: each.round.due,
    "closes": lambda each: each.round.closes,
    "asked": lambda each: each.asked,
    "received": _value(Measure.REPORTS_IN),
    "approved": _value(Measure.REPORTS_APPROVED),
    "late": _value(Measure.REPORTS_LATE),
    "missing": _value(Measure.REPORTS_MISSING),
    "disbursed": _value(Measure.DISBURSED),
}


@page
@reads(SORT, *FILES)
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds of a programme, at most twelve: newest first, or by any of their columns."""
    scope = Scope.from_request(request)
    rows = _rows(scope, _rounds(scope))
    order = one_of(request, SORT, orders(COLUMNS, usual=NEWEST))
    columns, lines = _columns(), ordered(rows, order, COLUMNS)
    if file := file_asked(request, scope, {"rounds": lambda: table_of_lines("rounds", _("Rounds"), columns, lines)}):
        return file
    context = framed(request, scope, "rounds") | {
        "lede": _finding(rows),
        "rows": lines,
        "measures": (*REPORTS, Measure.DISBURSED.value),
        "heads": sort_heads(request, SORT, order, columns),
        "files": file_links(request),
        "every_field": files_of("rounds", [*scope.of_year, ("ordering", "-month")]),
        "today": scope.programme.today if scope.programme else None,
    }
    return render(request, "rounds/rounds.html", context)


def _rounds(scope: Scope) -> list[Round]:
    if scope.programme is None:
        return []
    seen = Round.objects.visible_to(scope.user).filter(programme=scope.programme.pk)
    return list(seen.select_related("programme").order_by("-month"))


def _columns() -> list[SortColumn]:
    def day(name: str, label: str) -> SortColumn:
        """In files by its whole name: the short one of two days would be the word of another in the tables of officials."""
        whole = formatting.sentence_case(str(Round._meta.get_field(name).verbose_name))
        return SortColumn(name, label, in_files=(text(whole, COLUMNS[name]),))

    def figure(name: str, label: str, measure: Measure) -> SortColumn:
        return SortColumn(name, label, numeric=True, in_files=(of_figure(label, measure, attrgetter("row")),))

    month, asked = _("Month"), _("Asked")
    return [
        SortColumn("month", month, in_files=(text(month, attrgetter("round.period")),)),
        SortColumn("state", _("State"), in_files=coded(_("State"), attrgetter("round.state"))),
        day("opens", _("Opens")),
        SortColumn(
            "due",
            _("Due"),
            in_files=(
                text(_("Due"), COLUMNS["due"]),
                LineColumn(_("Grace period, days"), lambda each: each.round.grace_days or None),
            ),
        ),
        day("closes", _("Closes")),
        SortColumn("asked", asked, numeric=True, in_files=(LineColumn(asked, COLUMNS["asked"]),)),
        figure("received", _("Received"), Measure.REPORTS_IN),
        figure("approved", _("Approved"), Measure.REPORTS_APPROVED),
        figure("late", _("Late"), Measure.REPORTS_LATE),
        figure("missing", _("Outstanding"), Measure.REPORTS_MISSING),
        figure("disbursed", _("Approved reports come to"), Measure.DISBURSED),
    ]


def _rows(scope: Scope, rounds: Sequence[Round]) -> list[RoundRow]:
    """A row of figures for each round: of all at once, unless a filter finds others in each month."""
    if any(name in _BY_MONTH for name, _value in scope.filters):
        return [_row(scope, each) for each in rounds]
    if not rounds:
        return []
    numbers = count_reports_of_scope(scope, rounds)
    year = replace(scope, first_month=1, last_month=MONTHS_OF_YEAR)
    months = breakdowns(year, MONTH, compared=False, illustrative=True, figures=(Measure.DISBURSED.value,))[MONTH]
    by_month = dict(enumerate(months.rows, start=1))
    return [RoundRow(each, _with_reports(by_month[each.month], *numbers[each.pk])) for each in rounds]


def _with_reports(row: Row, every: ReportCounts, illustrative: ReportCounts) -> Row:
    """The row of a month with the figures of its round beside its money."""
    made_up = {**(row.illustrative or {}), **_figures(illustrative)}
    return replace(row, figures={**row.figures, **_figures(every)}, illustrative=made_up)


def _figures(counted: ReportCounts) -> dict[str, FigureValue]:
    values = dict(zip(REPORTS, (counted.arrived, counted.approved, counted.late, counted.missing), strict=True))
    asked = counted.asked
    return {name: FigureValue(name, value if asked else None, asked, asked) for name, value in values.items()}


def _row(scope: Scope, each: Round) -> RoundRow:
    of_month = replace(scope, first_month=each.month, last_month=each.month)
    answers = breakdowns(of_month, None, "basis", compared=False, figures=(*REPORTS, Measure.DISBURSED.value))
    return RoundRow(each, answers[None].total_row)


def _finding(rows: list[RoundRow]) -> str:
    """The round that is being reported: how many reports are in."""
    running = next((each for each in rows if each.days_left), None)
    if running is None:
        return ""
    figures = running.row.figures
    return _("%(month)s: %(in)s of %(asked)s reports received, %(approved)s approved; due on %(due)s (%(left)s).") % {
        "month": formatting.month_of_year(running.round.period),
        "in": formatting.count(figures[Measure.REPORTS_IN].value or 0),
        "asked": formatting.count(running.asked),
        "approved": formatting.count(figures[Measure.REPORTS_APPROVED].value or 0),
        "due": running.round.due.isoformat(),
        "left": running.days_left,
    }
