"""The rounds of a programme: when each opens, is due and closes, which reports are in, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, RoundState
from projects.models import Round
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns

from .. import formatting
from ..figure_display import FigureDisplay, all_shown
from ..files import files_of
from ..pages import page
from .tabs import framed

REPORTS = (
    Measure.REPORTS_IN.value,
    Measure.REPORTS_APPROVED.value,
    Measure.REPORTS_LATE.value,
    Measure.REPORTS_MISSING.value,
)
_STATE_CLASS = {RoundState.PLANNED: "draft", RoundState.OPEN: "submitted", RoundState.LATE: "returned"}


@dataclass(frozen=True)
class RoundRow:
    """One round with its figures; `asked` is the number of entries that are asked for a report."""

    round: Round
    month: str
    url: str
    state: str
    state_label: str
    left: str  # days until it is due, or since, while it runs
    asked: str
    figures: dict[str, FigureDisplay]


@page
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds of a programme, newest first; a handful of queries for each, at most twelve."""
    scope = Scope.of(request)
    found = Round.objects.visible_to(request.user).filter(programme=scope.programme).order_by("-month")
    lines = [_line(scope, each) for each in found.select_related("programme")]
    context = framed(request, scope, "rounds", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(lines),
        "lines": lines,
        "files": files_of("rounds", [*_year_of(scope), ("ordering", "-month")]),
        "today": scope.programme.today if scope.programme else None,
    }
    return render(request, "rounds/rounds.html", context)


def _year_of(scope: Scope) -> list[tuple[str, str]]:
    return [("programme", str(scope.programme.year))] if scope.programme else []


def _line(scope: Scope, each: Round) -> RoundRow:
    of_month = replace(scope, first_month=each.month, last_month=each.month)
    row = breakdowns(of_month, None, "basis", compared=False, figures=(*REPORTS, Measure.DISBURSED.value))[None].whole
    state = each.state
    return RoundRow(
        round=each,
        month=str(each.period),
        url=reverse("round", args=[str(each.period)]),
        state=_STATE_CLASS.get(state, "approved"),
        state_label=str(state.label),
        left=_left(each) if state in (RoundState.OPEN, RoundState.LATE) else "",
        asked=formatting.count(_asked(row)),
        figures=all_shown(row, (*REPORTS, Measure.DISBURSED.value)),
    )


def _asked(row: Row) -> int:
    return row.figures[Measure.REPORTS_IN].of


def _left(each: Round) -> str:
    days = each.days_left
    if days < 0:
        return ngettext("%(days)s day over", "%(days)s days over", -days) % {"days": -days}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def _finding(lines: list[RoundRow]) -> str:
    """The round that is being reported: how many reports are in."""
    running = next((line for line in lines if line.left), None)
    if running is None:
        return ""
    return _("%(month)s: %(in)s of %(asked)s reports are in, %(approved)s approved; due on %(due)s (%(left)s).") % {
        "month": formatting.month_of_year(running.round.period),
        "in": running.figures[Measure.REPORTS_IN].text or "0",
        "asked": running.asked,
        "approved": running.figures[Measure.REPORTS_APPROVED].text or "0",
        "due": running.round.due.isoformat(),
        "left": running.left,
    }
