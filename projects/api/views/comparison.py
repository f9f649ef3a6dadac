"""Comparison: one question asked of two states of knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.numbered_pages import NumberedPage
from projects.api.pagination import PARAMETERS as PAGING
from projects.api.parameters import AS_OF, FIGURES_ONLY, READING, Parameter, chosen_of
from projects.api.scopes import QUESTION, scope_of
from projects.api.serializers.explain import Compared, FigureDifference
from projects.history import as_of
from projects.history.as_of import AsOf
from projects.history.clocks import DATED, RevisionDates
from projects.models import Revision
from projects.periods import Month
from projects.totals.comparison import Comparison, Effect, get_comparison
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope

from .base import RegisterView

SINCE = replace(
    AS_OF,
    name=as_of.SINCE,
    description=_(
        "What is compared with, as `as_of`; without it the end of the month before the newest that is known."
    ),
)
_FIGURE = FigureDifference()
_FIGURE.fields.pop("effects")  # of which fifty records have some eight hundred: see `effects_of`


class ComparisonView(RegisterView):
    """One question, two states of knowledge."""

    def known_parameters(self) -> Sequence[Parameter]:
        return (SINCE, *QUESTION, FIGURES_ONLY, *PAGING, *READING)

    @extend_schema(
        summary=_("Compare two states of knowledge"),
        description=_(
            "What the figures were as known at `since` and as known at `as_of` (or now), for the same months and filters: "
            "records added, removed and changed, with the effect of each on each figure. Over all pages the effects add up "
            "exactly."
        ),
        responses=Compared,
    )
    def get(self, request: Request) -> Response:
        scope = scope_of(request)
        figures = chosen_of(request, FIGURES)
        since, page = as_of.compared_with(request, until=scope.today), NumberedPage(request)
        found = get_comparison(scope, since, figures=figures, first=page.first, size=page.size)
        return Response(_written(found, page))


def _written(found: Comparison, page: NumberedPage) -> dict[str, Any]:
    scope = found.scope
    return {
        "programme": scope.year,
        "months": months_of(scope),
        "since": found.since.moment,
        **{f"since_{name}": hand for name, hand in clocks_of(found.since).items()},
        "as_of": scope.as_of.moment if scope.as_of else None,
        **present_clocks(scope),
        "figures": [
            {**_FIGURE.to_representation(figure), "effects": effects_of(figure.effects)} for figure in found.figures
        ],
        **page.members(found.count),
        "records": [
            {
                "code": record.key,
                "name_zh": record.name_zh,
                "name_en": record.name_en,
                "kind": record.kind,
                "effects": {name: effect.difference for name, effect in record.effects.items()},
                "classes": [
                    {
                        "dimension": each.dimension,
                        "before_zh": each.before[0],
                        "before_en": each.before[1],
                        "after_zh": each.after[0],
                        "after_en": each.after[1],
                    }
                    for each in record.classes
                ],
            }
            for record in found.records
        ],
    }


def effects_of(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """What the serializer of these names of each."""
    return [
        {
            "code": each.key,
            "name_zh": each.name_zh,
            "name_en": each.name_en,
            "kind": each.kind,
            "before": each.before,
            "after": each.after,
            "difference": each.difference,
        }
        for each in effects
    ]


def months_of(scope: Scope) -> list[str]:
    """The first and the last month; empty before the first report."""
    if scope.through is None:
        return []
    return [str(Month(scope.through.year, scope.first_month)), str(scope.through)]


def clocks_of(state: AsOf | None) -> dict[str, Any]:
    """Which clock a state was asked for by, and where both stood; of the present all null."""
    if state is None:
        return {"clock": None, "known_on": None, "recorded_at": None, "revision": None}
    known_on, recorded_at = state.known_on, state.recorded_at
    return {"clock": state.clock, "known_on": known_on, "recorded_at": recorded_at, "revision": state.revision}


def present_clocks(scope: Scope) -> dict[str, Any]:
    """The same, with the newest revision in the present."""
    if scope.as_of is not None:
        return clocks_of(scope.as_of)
    newest = RevisionDates.from_row(Revision.objects.order_by("-number").values_list(*DATED).first())
    hands = {"known_on": newest.known_on, "recorded_at": newest.recorded_at}
    return {"clock": None, **hands, "revision": newest.number}
