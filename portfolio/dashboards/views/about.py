"""About the data: where it comes from, what is illustrative, and the rule of every figure."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.choices import Measure
from projects.models import Claim, Source, Target
from projects.pages import formatting, links
from projects.pages.decorators import page
from projects.pages.figure_display import shown
from projects.pages.frame import shell
from projects.pages.line_order import in_order
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, PageTable, at_hand, file_asked, sorted_by, table_heads
from projects.totals.dimensions import BANDS
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.targets import ABOUT
from projects.totals.totals import Answer, Row, breakdowns
from sectors.models import in_language

from ..presenters import findings
from ..presenters.claims import claim_contradictions
from ..presenters.contradictions import contradictions_of, contradictions_with_register
from ..presenters.origins import origins
from ..presenters.published_tables import (
    BandLine,
    band_table,
    claim_table,
    contradiction_table,
    origin_table,
    rule_table,
    source_table,
)


@page
@reads(*map(sorted_by, ("origins", "rules", "bands")), *FILES)
def about(request: HttpRequest) -> HttpResponse:
    """Notes on the data of a programme."""
    scope = Scope.from_request(request)
    answers = breakdowns(scope, None, "basis", compared=False, figures=tuple(FIGURES))
    whole = answers[None].total_row
    notes = _notes(request.user, scope, answers["basis"], whole)
    tables = in_order(request, _tables(notes))
    if file := file_asked(request, scope, at_hand(tables)):
        return file
    context = shell(request, scope, basis=answers["basis"], whole=whole) | notes
    context |= {
        "tables": table_heads(request, tables, origins="basis"),
        "about_percent": formatting.percent(ABOUT, 0),
        "level_points": findings.LEVEL,
        "origins_finding": findings.basis(whole),
        "has_projects": bool(whole.figures[Measure.PROJECT_COUNT].value),
        "map_note": in_language(settings.MAP_NOTE_ZH, settings.MAP_NOTE_EN),
        "map_approval_number": settings.MAP_APPROVAL_NUMBER,
    }
    return render(request, "dashboards/about.html", context)


def _notes(user: Any, scope: Scope, by_basis: Answer, whole: Row) -> dict[str, Any]:
    """What the page says of the data; each has its table, which is a file too."""
    targets = list(Target.objects.visible_to(user).select_related("programme", "sector", "source"))
    claims = Claim.objects.visible_to(user).select_related("project", "source")
    return {
        "rules": [shown(whole, name, form="headline") for name in FIGURES],
        "bands": [BandLine(band, links.records(scope.with_filters(size=band.key).parameters())) for band in BANDS],
        "origins": origins(scope, by_basis, whole),
        "contradictions": [*contradictions_of(targets), *contradictions_with_register(scope)],
        "claimed": claim_contradictions(claims),
        "sources": list(Source.objects.visible_to(user)),
    }


def _tables(notes: dict[str, Any]) -> dict[str, PageTable]:
    return {
        "origins": origin_table(notes["origins"]),
        "rules": rule_table(notes["rules"]),
        "bands": band_table(notes["bands"]),
        "contradictions": contradiction_table(notes["contradictions"]),
        "claims": claim_table(notes["claimed"]),
        "sources": source_table(notes["sources"]),
    }
