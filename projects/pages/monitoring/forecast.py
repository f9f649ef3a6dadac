"""`/forecast/`: what the year would come to at the pace so far, and what that means for each plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure, TargetKind
from projects.monitoring.forecast import Forecast, Outlook, get_forecast
from projects.totals.figures import USUAL
from projects.totals.results import Row
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..decorators import page
from ..figure_display import begin_with_mark, rests_on_illustrative
from .tabs import get_tab_context


@page
def forecast(request: HttpRequest) -> HttpResponse:
    """The forecast of a scope's year."""
    scope = Scope.from_request(request)
    shown = scope.last_shown  # of an open month none is given
    answers = breakdowns(scope, None, "basis", compared=False, figures=USUAL)
    whole = answers[None].total_row
    outcome = get_forecast(shown) if scope.programme else None
    context = get_tab_context(request, scope, "forecast", basis=answers["basis"]) | {
        "made_up": bool(rests_on_illustrative(whole, Measure.DISBURSED)),
        "lede": formatting.sentences([_describe_open_month(scope, shown), _finding(outcome, whole) if outcome else ""]),
        "months": formatting.months(1, shown.last_month) if shown.last_month else "",
        "forecast": outcome,
        "plans": [(get_plan_label(each), each) for each in outcome.against] if outcome else [],
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
        "counted_url": _counted_url(shown),
        "plan_url": f"{links.page('figure', Measure.PLANNED_DISBURSEMENT.value, query=shown.parameters())}#against",
        "single_month": scope.is_single_month,
        "whole": scope.is_whole,
    }
    return render(request, "rounds/forecast.html", context)


def get_plan_label(outlook: Outlook) -> str:
    """Return what the plan is called that a forecast is compared with."""
    if outlook.target is None:
        return _("entries' own plans")
    return {
        TargetKind.ANNOUNCED: _("announced plan"),
        TargetKind.REVISED: _("revised plan"),
        TargetKind.MONITORED: _("monitored plan"),
    }.get(TargetKind(outlook.target.kind), str(TargetKind(outlook.target.kind).label))


def _counted_url(scope: Scope) -> str:
    """Return the list of the projects that the forecast rests on: they have a report and a plan."""
    filters = {"counted_in": [Measure.DISBURSED_OF_PLAN.value]}
    return links.records(scope.with_added_filters(**filters).parameters()) if scope.end_month else ""


def _describe_open_month(scope: Scope, shown: Scope) -> str:
    """Say that an open month has no forecast, with the months that the given one is of."""
    if scope.open_month is None:
        return ""
    values = {"month": formatting.month_name(scope.last_month)}
    if not shown.last_month:
        return _("No forecast is given for %(month)s, which is open.") % values
    values["months"] = formatting.months(1, shown.last_month)
    return _("No forecast is given for %(month)s, which is open; this is the one as of %(months)s.") % values


def _finding(forecast: Forecast, whole: Row) -> str:
    """Return the forecast as a sentence: what it assumes, what it rests on, and what it means for each plan."""
    if forecast.value is None:
        return ""
    values = {
        "amount": formatting.money_with_unit(forecast.value),
        "known": formatting.count(forecast.known),
        "of": formatting.count(forecast.of),
    }
    sentence = _("If the pace so far held, the year would come to %(amount)s (%(known)s of %(of)s projects)") % values
    if forecast.too_few:
        sentence = _("%(said)s: too few to be held against a plan") % {"said": sentence}
    elif plans := formatting.clauses([_compare(each) for each in forecast.against]):
        sentence = _("%(said)s: %(plans)s") % {"said": sentence, "plans": plans}
    return begin_with_mark(_("%(said)s.") % {"said": sentence}, whole.illustrative_share(Measure.DISBURSED))


def _compare(outlook: Outlook) -> str:
    plan = get_plan_label(outlook)
    values = {"plan": plan, "amount": formatting.money_with_unit(abs(outlook.difference))}
    if not outlook.difference:
        return _("exactly the %(plan)s") % values
    if outlook.is_level:
        return _("about the %(plan)s") % values
    more, less = _("%(amount)s more than the %(plan)s"), _("%(amount)s less than the %(plan)s")
    return (more if outlook.is_reached else less) % values
