"""What the year will come to by three methods side by side, and what each means for each plan."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import TargetKind
from projects.models import Source
from projects.monitoring.forecast import Forecast, Outlook, forecasts
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting
from ..pages import page
from .tabs import framed


@dataclass(frozen=True)
class PlanHead:
    """A plan that forecasts are held against, in CNY. `source` is None for the entries' own."""

    label: str
    amount: int
    source: Source | None = None


@page
def forecast(request: HttpRequest) -> HttpResponse:
    """The three forecasts of a scope's year."""
    scope = Scope.of(request)
    found = forecasts(scope) if scope.programme else []
    context = framed(request, scope, "forecast", basis=breakdowns(scope, "basis", compared=False)["basis"]) | {
        "lede": _finding(found),
        "plans": plan_heads(found),
        "forecasts": found,
        "single_month": scope.is_single_month,
        "whole": scope.is_whole,
    }
    return render(request, "rounds/forecast.html", context)


def plan_heads(found: list[Forecast]) -> list[PlanHead]:
    """The plans, the same for each method."""
    outlooks = max((each.against for each in found), key=len, default=())
    return [PlanHead(_plan_label(each), each.planned, each.target.source if each.target else None) for each in outlooks]


def _plan_label(outlook: Outlook) -> str:
    if outlook.target is None:
        return _("the entries' own plans")
    return {
        TargetKind.ANNOUNCED: _("announced plan"),
        TargetKind.REVISED: _("revised plan"),
        TargetKind.MONITORED: _("monitored plan"),
    }.get(TargetKind(outlook.target.kind), str(TargetKind(outlook.target.kind).label))


def _finding(found: list[Forecast]) -> str:
    """The lowest and the highest of the forecasts; empty where none can be made."""
    values = [each.value for each in found if each.value is not None]
    if not values:
        return ""
    low, high = (formatting.money_with_unit(value) for value in (min(values), max(values)))
    if low == high:
        return _("Every method that can say something comes to %(amount)s.") % {"amount": low}
    return _("The methods lie between %(low)s and %(high)s.") % {"low": low, "high": high}
