"""About the data: where it comes from, what is illustrative, and the rule of every figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.choices import Measure
from projects.models import Claim, Source, Target
from projects.totals.dimensions import BANDS, Band
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.targets import ABOUT
from projects.totals.totals import breakdowns
from projects.views import formatting, links
from projects.views.figure_display import FigureDisplay, shown, unit_after
from projects.views.frame import shell
from projects.views.pages import page
from projects.views.table_files import at_hand, file_asked, table_heads
from sectors.models import in_language

from ..presenters import findings
from ..presenters.claims import claim_contradictions
from ..presenters.contradictions import contradictions_of, contradictions_with_register
from ..presenters.origins import origins
from ..presenters.published_tables import (
    band_table,
    claim_table,
    contradiction_table,
    origin_table,
    rule_table,
    source_table,
)


@dataclass(frozen=True)
class Rule:
    """A figure's definition, and its present value."""

    name: str
    label: str
    definition: str
    unit: str
    shown: FigureDisplay


@dataclass(frozen=True)
class BandRule:
    """A size band by its edges, and the list of the projects that are in it."""

    label: str
    least: str
    below: str
    url: str
    band: Band


@page
def about(request: HttpRequest) -> HttpResponse:
    """Notes on the data of a programme."""
    scope = Scope.of(request)
    answers = breakdowns(scope, None, "basis", compared=False, figures=tuple(FIGURES))
    whole = answers[None].whole
    targets = list(Target.objects.visible_to(request.user).select_related("programme", "sector", "source"))
    claims = Claim.objects.visible_to(request.user).select_related("project", "source")
    shown_here: dict[str, Any] = {
        "rules": [
            Rule(
                name=figure.name,
                label=formatting.sentence_case(str(figure.label)),
                definition=str(figure.definition),
                unit=unit_after(whole.figures[figure.name], "headline"),
                shown=shown(whole, figure.name, form="headline"),
            )
            for figure in FIGURES.values()
        ],
        "bands": [
            BandRule(
                label=formatting.sentence_case(str(band.label)),
                least=formatting.money(band.least, "headline"),
                below=formatting.money(band.below, "headline") if band.below else "",
                url=links.records(scope.narrowed(size=band.key).parameters()),
                band=band,
            )
            for band in BANDS
        ],
        "origins": origins(scope, answers["basis"], whole),
        "contradictions": [*contradictions_of(targets), *contradictions_with_register(scope)],
        "claimed": claim_contradictions(claims),
        "sources": list(Source.objects.visible_to(request.user)),
    }
    tables = {
        "origins": origin_table(shown_here["origins"]),
        "rules": rule_table(shown_here["rules"]),
        "bands": band_table(shown_here["bands"]),
        "contradictions": contradiction_table(shown_here["contradictions"]),
        "claims": claim_table(shown_here["claimed"]),
        "sources": source_table(shown_here["sources"]),
    }
    if file := file_asked(request, scope, at_hand(tables)):
        return file
    context = shell(request, scope, basis=answers["basis"], whole=whole) | shown_here
    context |= {
        "tables": table_heads(request, tables),
        "about_percent": formatting.percent(ABOUT, 0),
        "level_points": findings.LEVEL,
        "origins_finding": findings.basis(answers["basis"], whole),
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
        "map_note": in_language(settings.MAP_NOTE_ZH, settings.MAP_NOTE_EN),
        "map_approval_number": settings.MAP_APPROVAL_NUMBER,
    }
    return render(request, "dashboards/about.html", context)
