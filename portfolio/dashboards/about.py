"""About the data: where it comes from, what is illustrative, and the rule of every figure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure
from projects.models import Claim, Source, Target
from projects.pages import formatting, links
from projects.pages.decorators import page
from projects.pages.figure_display import FigureDisplay
from projects.pages.frame import shell
from projects.pages.parameters import accepts_parameters
from projects.pages.project_list import disbursed_label
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.targets import ABOUT
from projects.totals.totals import Answer, Row, breakdowns
from sectors.models import in_language

from ..charts.bars import pieces
from . import findings
from .contradictions import (
    build_claim_contradictions,
    build_register_contradictions,
    build_target_contradictions,
)

BY_BASIS = (
    Measure.PROJECT_COUNT,
    Measure.TOTAL_INVESTMENT,
    Measure.EXPECTED_REVENUE,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
)
DRAWN = {Basis.PUBLISHED: "m-ink", Basis.REPORTED: "m-half", Basis.ILLUSTRATIVE: "m-hatch"}


@page
@accepts_parameters()
def about(request: HttpRequest) -> HttpResponse:
    """Notes on the data of a programme."""
    scope = Scope.from_request(request)
    answers = breakdowns(scope, None, "basis", compared=False, figures=tuple(FIGURES))
    whole, by_basis = answers[None].total_row, answers["basis"]
    reader = scope.user
    targets = list(Target.objects.visible_to(reader).select_related("programme", "sector", "source"))
    claims = Claim.objects.visible_to(reader).select_related("project", "source")
    context = shell(request, scope, basis=by_basis, whole=whole) | {
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
        "origins_finding": findings.basis_share(whole),
        "origins": [_build_origin(scope, by_basis, whole, name) for name in BY_BASIS],
        "basis_keys": [(Basis(row.key).label, DRAWN[Basis(row.key)]) for row in by_basis.rows],
        "rules": [FigureDisplay(whole, name, form="headline") for name in FIGURES],
        "about_percent": formatting.percent(ABOUT, 0),
        "level_points": findings.LEVEL,
        "contradictions": [*build_target_contradictions(targets), *build_register_contradictions(scope)],
        "claimed": build_claim_contradictions(claims),
        "sources": list(Source.objects.visible_to(reader)),
        "map_note": in_language(settings.MAP_NOTE_ZH, settings.MAP_NOTE_EN),
        "map_approval_number": settings.MAP_APPROVAL_NUMBER,
    }
    return render(request, "dashboards/about.html", context)


def _build_origin(scope: Scope, by_basis: Answer, whole: Row, name: str) -> dict[str, Any]:
    """Return a figure by basis; `missing_url` leads to the records that lack it, or to its explanation where none does."""
    figure = whole.figures[name]
    label = disbursed_label(scope) if name == Measure.DISBURSED else formatting.sentence_case(str(figure.label))
    parts = []
    for row in by_basis.rows:
        basis, own = Basis(row.key), row.figures[name]
        values = {"figure": label, "basis": str(basis.label), "share": formatting.percent(own.share_of(figure), 0)}
        text = _("%(figure)s, %(basis)s: %(share)s") % values
        parts.append((own.value, DRAWN[basis], text, links.counted_address(row, name)))
    missing = figure.unknown_count
    return {
        "label": label,
        "values": [FigureDisplay(row, name, form="headline") for row in by_basis.rows],
        "missing": missing,
        "missing_url": links.missing_address(whole, name) if missing else links.figure_address(whole, name),
        "pieces": pieces(parts, figure.value),
    }
