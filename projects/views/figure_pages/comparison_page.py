"""`/compare/`: two days side by side. Which records came, went or changed, and what each did to each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Difference
from projects.totals.comparison import Comparison, FigureDifference, RecordDifference, compared
from projects.totals.dimensions import DIMENSIONS
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.versioning.as_of import SINCE, compared_with
from projects.views import formatting, links
from projects.views.frame import shell
from projects.views.list_pages import pages_of
from projects.views.pages import page
from sectors.models import in_language

from .figure_changes import signed

PAGE_SIZE = 100


@dataclass(frozen=True)
class FigureLine:
    """A figure then and now; `records` is the number of those that changed it."""

    name: str
    label: str
    unit: str
    before: str
    after: str
    difference: str
    records: str
    url: str


@dataclass(frozen=True)
class Class:
    """How a record is sorted otherwise."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RecordLine:
    """A record with its effect on each figure of the table's columns, empty where it had none."""

    code: str
    name: str
    url: str
    kind: str
    kind_label: str
    effects: list[str]
    classes: list[Class]


@page
def compare(request: HttpRequest) -> HttpResponse:
    """The day of `since` against the one that the page looks at; for the months and filters of the address."""
    scope = Scope.of(request)
    since = compared_with(request)
    found = compared(scope, since, figures=tuple(FIGURES))
    changed = [figure for figure in found.figures if figure.effects]
    pages = pages_of(request, len(found.records), size=PAGE_SIZE)
    shown = found.records[pages.first - 1 if pages.total else 0 : pages.last]
    context = shell(request, scope) | {
        "since": since,
        "since_name": SINCE,
        "lede": _lede(found),
        "figures": [_figure(scope, figure) for figure in found.figures],
        "columns": [_figure(scope, figure) for figure in changed],
        "records": [_record(scope, changed, record) for record in shown],
        "count": formatting.count(len(found.records)),
        "pages": pages,
        "carried": [pair for pair in scope.parameters() if pair[0] != SINCE],
        "api_url": links.api("comparison", [*links.fixed(scope.parameters()), (SINCE, since.text)], request=request),
    }
    return render(request, "figures/compare.html", context)


def _lede(found: Comparison) -> str:
    """How many records differ, in one sentence."""
    if not found.records:
        return _("Nothing differs between these two days.")
    numbers = Counter(record.kind for record in found.records)
    values = {
        "added": formatting.count(numbers[Difference.ADDED]),
        "removed": formatting.count(numbers[Difference.REMOVED]),
        "changed": formatting.count(numbers[Difference.CHANGED]),
    }
    return _("Records added: %(added)s, removed: %(removed)s, changed: %(changed)s.") % values


def _figure(scope: Scope, figure: FigureDifference) -> FigureLine:
    unit = figure.after.unit
    return FigureLine(
        name=figure.name,
        label=formatting.sentence_case(str(figure.after.label)),
        unit=formatting.unit_name(unit, "precise"),
        before="" if figure.before.value is None else formatting.number(figure.before.value, unit, "precise"),
        after="" if figure.after.value is None else formatting.number(figure.after.value, unit, "precise"),
        difference=signed(figure, figure.difference),
        records=formatting.count(len(figure.effects)),
        url=links.page("figure", figure.name, query=scope.parameters()),
    )


def _record(scope: Scope, figures: Sequence[FigureDifference], record: RecordDifference) -> RecordLine:
    year = scope.programme.year if scope.programme else None
    effects = [record.effects.get(figure.name) for figure in figures]
    return RecordLine(
        code=record.key,
        name=in_language(record.name_zh, record.name_en),
        url="" if record.kind == Difference.REMOVED else links.project(record.key, year=year),
        kind=record.kind.value,
        kind_label=str(record.kind.label),
        effects=[
            signed(figure, effect.difference) if effect else "" for figure, effect in zip(figures, effects, strict=True)
        ],
        classes=[
            Class(
                formatting.sentence_case(str(DIMENSIONS[each.dimension].label)),
                in_language(*each.before),
                in_language(*each.after),
            )
            for each in record.classes
        ],
    )
