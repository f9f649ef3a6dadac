"""Programmes compared over the years: what was announced, revised, reported, and where the numbers disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure, TargetKind
from projects.models import Programme, Target
from projects.pages import formatting, links
from projects.pages.decorators import page
from projects.pages.downloads import table_download
from projects.pages.parameters import accepts_parameters
from projects.pages.tables import FILES, Column, NumberColumn, Table
from projects.pages.targets import PublishedTarget, build_target_display, measure_name, value_text
from projects.totals.programmes import get_reader, programmes_read
from projects.totals.scope import Scope

from ..charts.columns import ColumnChart, Slot, column_chart
from .contradictions import build_target_contradictions
from .overview import programme_url


class MeasureLine(NamedTuple):
    """One measure over the years: for each year what was said of it, nothing for an empty list."""

    label: str
    unit: str
    cells: list[list[PublishedTarget]]


@page
@accepts_parameters(*FILES, asks=False)
def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes, oldest first."""
    years = list(reversed(programmes_read(request)))
    targets = list(Target.objects.visible_to(get_reader(request)).select_related("programme", "sector", "source"))
    lines = _build_lines(years, targets)
    table = _build_table(request, years, lines)
    if file := table_download(request, Scope(user=get_reader(request), programme=None), [table]):
        return file
    announced = [(programme, _announced_investment(programme, targets)) for programme in years]
    context = {
        "years": [
            (programme, links.records([("programme", str(programme.year))]) if programme.has_projects else "")
            for programme in years
        ],
        "lines": lines,
        "files": table.files,
        "contradictions": build_target_contradictions(targets),
        "remarks": [build_target_display(target, "headline") for target in targets if target.note],
        "chart": _build_chart(announced),
        "finding": _build_finding(announced),
        "headline_unit": formatting.money_unit("headline"),
    }
    return render(request, "dashboards/programmes.html", context)


def _build_lines(years: list[Programme], targets: list[Target]) -> list[MeasureLine]:
    cells: dict[tuple[str, int], list[PublishedTarget]] = {}
    for target in targets:
        cells.setdefault((target.measure, target.programme_id), []).append(build_target_display(target))
    used = {measure for measure, _programme in cells}
    return [
        MeasureLine(
            label=measure_name(measure),
            unit=formatting.unit_name(Measure(measure).unit, "headline"),
            cells=[cells.get((measure, programme.pk), []) for programme in years],
        )
        for measure in Measure.values
        if measure in used
    ]


class PublishedRow(NamedTuple):
    """A row of the file: one number of each year of a measure, None where there is none."""

    line: MeasureLine
    numbers: Sequence[PublishedTarget | None]


def _build_table(request: HttpRequest, years: list[Programme], lines: Sequence[MeasureLine]) -> Table:
    """Return the table for files: as many rows of a measure as its year of which most was published."""
    rows = [PublishedRow(line, numbers) for line in lines for numbers in zip_longest(*line.cells)]
    columns = [
        Column(name="", label=_("Measure"), value=lambda row: row.line.label),
        Column(name="", label=_("Unit"), value=lambda row: row.line.unit),
        Column(name="", label=_("Basis"), value=lambda row: Basis.PUBLISHED.label),
        *(column for place, programme in enumerate(years) for column in _build_year_columns(place, programme.year)),
    ]
    return Table(request, "programmes", _("Published figures of each year"), columns, rows, order="", alone=False)


def _build_year_columns(place: int, year: int) -> list[Column]:
    """Return a published number as it is and as it was said, its kind, its months and its page."""

    def build_getter(name: str) -> Any:
        return lambda row: getattr(row.numbers[place], name, "")

    def get_number(row: PublishedRow) -> Any:
        number = row.numbers[place]
        return number and formatting.in_its_unit(number.target.value, number.target.unit, "headline")

    def get_address(row: PublishedRow) -> Any:
        number = row.numbers[place]
        return number and number.source.link

    return [
        NumberColumn(name="", label=str(year), value=get_number),
        Column(name="", label=_("%(label)s, as said") % {"label": year}, value=build_getter("value")),
        Column(name="", label=_("%(year)s, kind") % {"year": year}, value=build_getter("kind")),
        Column(name="", label=_("%(year)s, months") % {"year": year}, value=build_getter("months")),
        Column(name="", label=_("%(label)s, address") % {"label": year}, value=get_address),
    ]


def _announced_investment(programme: Programme, targets: list[Target]) -> Target | None:
    """Return the first announcement of the list's total investment."""
    wanted = (programme.pk, Measure.TOTAL_INVESTMENT, TargetKind.ANNOUNCED)
    return next((each for each in targets if (each.programme_id, each.measure, each.kind) == wanted), None)


def _build_chart(announced: list[tuple[Programme, Target | None]]) -> ColumnChart | None:
    slots = []
    unit = formatting.money_unit("headline")
    for programme, target in announced:
        values = {"year": programme.year, "amount": value_text(target, unit=unit) if target else ""}
        title = _("%(year)s: no total investment announced")
        if target:
            title = _("%(year)s: total investment announced %(amount)s")
        slots.append(
            Slot(
                label=str(programme.year),
                amount=target.value if target else None,
                outline=None,
                url=programme_url(programme.year),
                title=title % values,
                text=value_text(target) if target else "—",
                drawn="m-ink",
                always_named=True,
            )
        )
    if not any(slot.amount for slot in slots):
        return None
    return column_chart(slots, label=_("Total investment announced, by year"), unit=formatting.unit_of("table"))


def _build_finding(announced: list[tuple[Programme, Target | None]]) -> str:
    """Return how the announced total investment went from the first year that has one to the last."""
    unit = formatting.money_unit("headline")
    known = [(programme.year, value_text(target, unit=unit)) for programme, target in announced if target]
    if not known:
        return _("No total investment announced in any year")
    (first_year, first), (last_year, last) = known[0], known[-1]
    values = {"first_year": first_year, "first": first, "last_year": last_year, "last": last}
    if len(known) == 1:
        finding = _("Only for %(first_year)s is a total investment announced: %(first)s") % values
    else:
        finding = _("Announced total investment: %(first)s in %(first_year)s, %(last)s in %(last_year)s") % values
    missing = [str(programme.year) for programme, target in announced if target is None]
    if missing:
        finding = formatting.clauses([finding, _("none for %(years)s") % {"years": formatting.listing(missing)}])
    return finding
