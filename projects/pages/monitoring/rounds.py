"""`/rounds/`: the rounds of a programme, when each opens, is due and closes, which reports are in, what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, RoundState
from projects.models import Round
from projects.monitoring.report_counts import ReportCounts, count_reports_of_scope
from projects.periods import MONTHS_OF_YEAR
from projects.totals.dimensions import MONTH
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, Row, breakdowns

from .. import formatting, links
from ..decorators import page
from ..downloads import table_download
from ..figure_display import begin_with_mark
from ..parameters import accepts_parameters
from ..tables import FILES, Column, NumberColumn, Table, figure_column, illustrative_column
from .tabs import get_tab_context

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
_STATE_CLASS = {RoundState.PLANNED: "draft", RoundState.OPEN: "submitted", RoundState.LATE: "returned"}


@dataclass(frozen=True)
class RoundRow:
    """A round with the figures of its month."""

    round: Round
    row: Row

    @property
    def state_class(self) -> str:
        return _STATE_CLASS.get(self.round.state, "approved")

    @property
    def required(self) -> int:
        """How many entries are asked for a report."""
        return self.row.figures[Measure.REPORTS_IN].of

    @property
    def grace_period(self) -> str:
        days = self.round.grace_days
        return ngettext("+ %(n)s day grace period", "+ %(n)s days grace period", days) % {"n": days} if days else ""

    @property
    def days_left(self) -> str:
        """Days until it is due, or since; empty unless it runs."""
        if self.round.state not in (RoundState.OPEN, RoundState.LATE):
            return ""
        days = self.round.days_left
        if days < 0:
            return ngettext("%(days)s day over", "%(days)s days over", -days) % {"days": -days}
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _get_columns(scope: Scope) -> list[Column]:
    def day_columns(name: str, label: str) -> list[Column]:
        """In files by the whole name: the short one of two days would be the word of another in officials' tables."""
        whole = formatting.sentence_case(str(Round._meta.get_field(name).verbose_name))  # type: ignore[union-attr]

        return [
            Column(name=name, label=label, value=f"round.{name}", css="nw", in_file=False),
            Column(label=whole, value=f"round.{name}", on_page=False),
        ]

    def figure(name: str, label: str, measure: Measure) -> Column:
        return figure_column(measure, "row", label=label, name=name, template="rounds/_cell_figure.html")

    return [
        Column(
            name="month",
            label=_("Month"),
            value="round.period",
            url=lambda row: links.page("round", str(row.round.period)),
            sort_value="round.month",
            template="tables/name.html",
        ),
        illustrative_column("row", [*map(Measure, REPORTS), Measure.DISBURSED]),
        Column(
            name="state",
            label=_("State"),
            value="round.state.label",
            sort_value=lambda row: list(RoundState).index(row.round.state),
            template="rounds/_cell_round_state.html",
        ),
        *day_columns("opens", _("Opens")),
        Column(
            name="due",
            label=_("Due"),
            value="round.due",
            sub="grace_period",
            css="nw",
        ),
        NumberColumn(label=_("Grace period, days"), value=lambda row: row.round.grace_days or None, on_page=False),
        *day_columns("closes", _("Closes")),
        NumberColumn(
            name="asked",
            label=_("Asked"),
            value="required",
            url=lambda row: links.figure_address(row.row, Measure.REPORTS_IN),
        ),
        figure("received", _("Received"), Measure.REPORTS_IN),
        figure("approved", _("Approved"), Measure.REPORTS_APPROVED),
        figure("late", _("Late"), Measure.REPORTS_LATE),
        figure("missing", _("Outstanding"), Measure.REPORTS_MISSING),
        figure("disbursed", _("Approved reports come to"), Measure.DISBURSED),
    ]


@page
@accepts_parameters("sort", *FILES)
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds of a programme, at most twelve: newest first, or by any of their columns."""
    scope = Scope.from_request(request)
    rows = get_round_rows(scope, _get_rounds(scope))
    table = Table(request, "rounds", _("Rounds"), _get_columns(scope), rows, usual="-month")
    if file := table_download(request, scope, [table]):
        return file
    if scope.programme:
        table.caption = _("Rounds, %(unit)s") % {"unit": formatting.money_unit("table")}
    context = get_tab_context(request, scope, "rounds") | {
        "lede": _get_finding(rows),
        "table": table,
        "files": table.files if rows else [],
    }
    return render(request, "rounds/rounds.html", context)


def _get_rounds(scope: Scope) -> list[Round]:
    if scope.programme is None:
        return []
    seen = Round.objects.visible_to(scope.user).filter(programme=scope.programme.pk)
    return list(seen.select_related("programme").order_by("-month"))


def get_round_rows(scope: Scope, rounds: Sequence[Round]) -> list[RoundRow]:
    """A row of figures for each round: of all at once, unless a filter finds others in each month."""
    if any(name in _BY_MONTH for name, _value in scope.filters):
        return [_get_row(scope, each) for each in rounds]
    if not rounds:
        return []
    numbers = count_reports_of_scope(scope, rounds)
    year = replace(scope, first_month=1, last_month=MONTHS_OF_YEAR)
    months = breakdowns(year, MONTH, compared=False, illustrative=True, figures=(Measure.DISBURSED.value,))[MONTH]
    by_month = dict(enumerate(months.rows, start=1))
    return [RoundRow(each, _add_reports(by_month[each.month], *numbers[each.pk])) for each in rounds]


def _add_reports(row: Row, every: ReportCounts, illustrative: ReportCounts) -> Row:
    """The row of a month with the figures of its round beside its money."""
    made_up = {**(row.illustrative or {}), **_get_figures(illustrative)}
    return replace(row, figures={**row.figures, **_get_figures(every)}, illustrative=made_up)


def _get_figures(counted: ReportCounts) -> dict[str, FigureValue]:
    values = dict(zip(REPORTS, (counted.arrived, counted.approved, counted.late, counted.missing), strict=True))
    asked = counted.asked
    return {name: FigureValue(name, value if asked else None, asked, asked) for name, value in values.items()}


def _get_row(scope: Scope, each: Round) -> RoundRow:
    of_month = replace(scope, first_month=each.month, last_month=each.month)
    answers = breakdowns(of_month, None, "basis", compared=False, figures=(*REPORTS, Measure.DISBURSED.value))
    return RoundRow(each, answers[None].total_row)


def _get_finding(rows: list[RoundRow]) -> str:
    """The round that is being reported: how many reports are in."""
    running = next((each for each in rows if each.days_left), None)
    if running is None:
        return ""
    figures = running.row.figures
    finding = _(
        "%(month)s: %(in)s of %(asked)s reports received, %(approved)s approved; due on %(due)s (%(left)s)."
    ) % {
        "month": formatting.month_of_year(running.round.period),
        "in": formatting.count(figures[Measure.REPORTS_IN].value or 0),
        "asked": formatting.count(running.required),
        "approved": formatting.count(figures[Measure.REPORTS_APPROVED].value or 0),
        "due": running.round.due.isoformat(),
        "left": running.days_left,
    }
    return begin_with_mark(finding, running.row.illustrative_share(Measure.REPORTS_IN))
