"""`/forecast/`: what the year will come to by three methods side by side, and what each means for each plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure, TargetKind
from projects.exports.columns import LineColumn
from projects.models import Source
from projects.monitoring.forecast import Forecast, Method, Outlook, get_forecasts
from projects.totals.figures import USUAL
from projects.totals.results import Row
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..decorators import page
from ..figure_display import marked, rests_on_illustrative
from ..line_order import in_order, named
from ..parameters import reads
from ..sort_heads import SortColumn, SortHead
from ..table_columns import amount, share, text
from ..table_files import (
    EVERY_FIELD,
    FILES,
    PageTable,
    TableHead,
    at_hand,
    every_field_links,
    file_asked,
    file_links,
    sorted_by,
    table_heads,
    table_of_lines,
    wants_every_field,
)
from .tabs import framed

NAME = "forecast"


@dataclass(frozen=True)
class PlanHead:
    """A plan that forecasts are held against, in CNY. `source` is None for the entries' own."""

    label: str
    amount: int
    source: Source | None = None


@page
@reads(sorted_by(NAME), *FILES, fields=EVERY_FIELD)
def forecast(request: HttpRequest) -> HttpResponse:
    """The three forecasts of a scope's year."""
    scope = Scope.from_request(request)
    shown = scope.last_shown  # of an open month none is given
    found = get_forecasts(shown) if scope.programme else []
    plans = plan_heads(found)
    others = _others(plans) if wants_every_field(request) else ()
    tables = in_order(request, {NAME: forecast_table(found, plans, others)})
    if file := file_asked(request, shown, at_hand(tables)):
        return file
    table = table_heads(request, tables, forecast="")[NAME]
    answers = breakdowns(scope, None, "basis", compared=False, figures=(*USUAL, Measure.FORECAST))
    whole = answers[None].total_row
    context = framed(request, scope, "forecast", basis=answers["basis"]) | {
        "made_up": bool(rests_on_illustrative(whole, Measure.DISBURSED)),
        "lede": formatting.sentences([*_instead(scope, shown), *_findings(found, whole)]),
        "months": formatting.months(1, shown.last_month) if shown.last_month else "",
        "plans": with_heads(plans, table),
        "table": table,
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
        "files": file_links(request),
        "every_field": every_field_links(request),
        "spoken_url": _spoken_for(shown),
        "plan_url": f"{links.page('figure', Measure.PLANNED_DISBURSEMENT.value, query=shown.parameters())}#against",
        "single_month": scope.is_single_month,
        "whole": scope.is_whole,
    }
    return render(request, "rounds/forecast.html", context)


def forecast_table(
    found: Sequence[Forecast], plans: Sequence[PlanHead], others: Sequence[LineColumn] = ()
) -> PageTable:
    every = [f"plan_{number}" for number in range(1, 2 + len(TargetKind))]
    title, otherwise = _("Year-end forecast"), every[len(plans) :]
    return table_of_lines(NAME, title, _columns(plans), found, others=others, otherwise=otherwise)


def with_heads(plans: Sequence[PlanHead], table: TableHead) -> list[tuple[PlanHead, SortHead]]:
    """Each plan with the head of its column: they are the last."""
    return list(zip(plans, table.heads[len(table.heads) - len(plans) :], strict=True))


def _columns(plans: Sequence[PlanHead]) -> list[SortColumn]:
    """The methods, and how far each is from each plan."""
    method, year_end, based_on = _("Method"), _("Year-end"), _("based on")

    def against(number: int, head: PlanHead) -> SortColumn:
        planned = formatting.exact_money(head.amount)
        label = _("Difference to %(plan)s, %(amount)s") % {"plan": head.label, "amount": planned}
        return SortColumn("", label, numeric=True, in_files=(amount(label, partial(_difference, number)),))

    columns = [
        SortColumn("", method, in_files=(text(method, lambda each: formatting.sentence_case(str(each.label))),)),
        SortColumn("", year_end, numeric=True, in_files=(amount(year_end, lambda each: each.value),)),
        SortColumn(
            "",
            based_on,
            kind="cov",
            in_files=(
                LineColumn(_("Based on projects"), lambda each: None if each.value is None else each.known),
                LineColumn(_("of projects"), lambda each: None if each.value is None else each.of),
            ),
        ),
        *(against(number, head) for number, head in enumerate(plans)),
    ]
    return named(columns, "method", "year_end", "known", *(f"plan_{number}" for number in range(1, 1 + len(plans))))


def _others(plans: Sequence[PlanHead]) -> list[LineColumn]:
    """What each method is and is reckoned from, and whose the plans are."""

    def of_plan(number: int, head: PlanHead) -> list[LineColumn]:
        values = {"plan": head.label}
        source = text(_("%(plan)s: source") % values, lambda _each: head.source and head.source.link)
        reached = share(_("%(plan)s: forecast in %%") % values, partial(_reached, number))
        return [amount(_("%(plan)s: amount") % values, lambda _each: head.amount), reached, source]

    return [
        text(_("How it is calculated"), lambda each: each.method.explanation),
        text(_("%(label)s, code") % {"label": _("Method")}, lambda each: each.method.value),
        amount(_("Calculated from"), lambda each: each.amount),
        share(_("Which is due for this share of the year or of the plans, %"), lambda each: each.share),
        *(column for number, head in enumerate(plans) for column in of_plan(number, head)),
    ]


def _reached(number: int, forecast: Forecast) -> Fraction | None:
    planned = forecast.against[number].planned if number < len(forecast.against) else 0
    return None if forecast.value is None or not planned else Fraction(forecast.value) / planned


def _difference(number: int, forecast: Forecast) -> int | Fraction | None:
    return forecast.against[number].difference if number < len(forecast.against) else None


def _spoken_for(scope: Scope) -> str:
    """The projects for which the pace speaks: those that have reported every month and have a plan."""
    filters = {"complete_in": [Measure.DISBURSED.value], "counted_in": [Measure.PLANNED_DISBURSEMENT.value]}
    return links.records(scope.with_added_filters(**filters).parameters()) if scope.end_month else ""


def plan_heads(found: list[Forecast]) -> list[PlanHead]:
    """The plans, the same for each method."""
    outlooks = max((each.against for each in found), key=len, default=())
    return [PlanHead(_plan_label(each), each.planned, each.target.source if each.target else None) for each in outlooks]


def _plan_label(outlook: Outlook) -> str:
    if outlook.target is None:
        return _("entries' own plans")
    return {
        TargetKind.ANNOUNCED: _("announced plan"),
        TargetKind.REVISED: _("revised plan"),
        TargetKind.MONITORED: _("monitored plan"),
    }.get(TargetKind(outlook.target.kind), str(TargetKind(outlook.target.kind).label))


def _instead(scope: Scope, shown: Scope) -> list[str]:
    """That an open month has no outlook, and of which months the one is that is given."""
    if scope.open_month is None:
        return []
    values = {"month": formatting.month_name(scope.last_month)}
    if not shown.last_month:
        return [_("No forecast is given for %(month)s, which is open.") % values]
    values["months"] = formatting.months(1, shown.last_month)
    return [_("No forecast is given for %(month)s, which is open; this is the one as of %(months)s.") % values]


def _findings(found: Sequence[Forecast], whole: Row) -> list[str]:
    """What the year will come to and what that means for each plan, in a sentence a method; alike ones are said once."""
    told: list[str] = []
    amounts = set()
    for each in found:
        if each.value is None or (each.method == Method.CURVE and each.value in amounts):
            continue
        amounts.add(each.value)
        told.append(_finding(each, whole))
    return told


def _finding(forecast: Forecast, whole: Row) -> str:
    """With the mark of what is made up of what it is reckoned from: `whole` is of all that have it."""
    values = {
        "amount": formatting.money_with_unit(forecast.value or 0),
        "known": formatting.count(forecast.known),
        "of": formatting.count(forecast.of),
    }
    said = {
        Method.OFFICERS: _("Reported forecasts: %(amount)s, of %(known)s of %(of)s projects"),
        Method.PACE: _("At the pace so far the year will come to %(amount)s (%(known)s of %(of)s projects)"),
        Method.CURVE: _("By the curve of the plans the year will come to %(amount)s (%(known)s of %(of)s projects)"),
    }[forecast.method] % values
    if forecast.too_few:
        said = _("%(said)s: too few to be held against a plan") % {"said": said}
    elif plans := formatting.clauses([_against(each) for each in forecast.against]):
        said = _("%(said)s: %(plans)s") % {"said": said, "plans": plans}
    rests_on = Measure.FORECAST if forecast.method == Method.OFFICERS else Measure.DISBURSED_OF_PLAN
    return _("%(said)s.") % {"said": marked(said, whole, rests_on)}


def _against(outlook: Outlook) -> str:
    label = _plan_label(outlook)
    values = {"plan": label, "amount": formatting.money_with_unit(abs(outlook.difference))}
    if not outlook.difference:
        return _("exactly the %(plan)s") % values
    return (_("%(amount)s more than the %(plan)s") if outlook.met else _("%(amount)s less than the %(plan)s")) % values
