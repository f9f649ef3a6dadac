"""Programmes compared over the years: what was announced, revised, reported, and where the numbers disagree."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure, TargetKind
from projects.models import Programme, Target
from projects.pages import formatting, links
from projects.pages.decorators import page
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, at_hand, file_asked, table_heads
from projects.pages.targets import PublishedTarget, measure_name, said, value_text
from projects.totals.programmes import programmes_read
from projects.totals.scope import Scope

from ...charts.columns import ColumnChart, Slot, column_chart
from ..presenters.contradictions import contradictions_of
from ..presenters.published_tables import contradiction_table, programme_table
from .overview import programme_url


@dataclass(frozen=True)
class YearHead:
    year: int
    url: str
    records_url: str  # the projects in the register, empty when there are none


@dataclass(frozen=True)
class MeasureLine:
    """One measure over the years: for each year what was said of it, nothing for an empty list."""

    label: str
    unit: str
    cells: list[list[PublishedTarget]]


@page
@reads(*FILES, asks=False)
def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes, oldest first."""
    found = list(reversed(programmes_read(request)))
    targets = list(Target.objects.visible_to(request.user).select_related("programme", "sector", "source"))
    lines, contradictions = _lines(found, targets), contradictions_of(targets)
    tables = {
        "programmes": programme_table([each.year for each in found], lines),
        "contradictions": contradiction_table(contradictions),
    }
    if file := file_asked(request, Scope(user=request.user, programme=None), at_hand(tables)):
        return file
    context = {
        "heads": [_head(each) for each in found],
        "lines": lines,
        "contradictions": contradictions,
        "tables": table_heads(request, tables),
        "remarks": [said(target, "headline") for target in targets if target.note],
        "chart": _chart(found, targets),
        "finding": _finding(found, targets),
        "headline_unit": formatting.money_unit("headline"),
    }
    return render(request, "dashboards/programmes.html", context)


def _head(programme: Programme) -> YearHead:
    records = links.records([("programme", str(programme.year))]) if programme.has_projects else ""  # type: ignore[attr-defined]
    return YearHead(programme.year, programme_url(programme.year), records)


def _lines(found: list[Programme], targets: list[Target]) -> list[MeasureLine]:
    cells: dict[tuple[str, int], list[PublishedTarget]] = {}
    for target in targets:
        cells.setdefault((target.measure, target.programme_id), []).append(said(target))
    used = {measure for measure, _programme in cells}
    return [
        MeasureLine(
            label=measure_name(measure),
            unit=formatting.unit_name(Measure(measure).unit, "headline"),
            cells=[cells.get((measure, each.pk), []) for each in found],
        )
        for measure in Measure.values
        if measure in used
    ]


def _announced_investment(programme: Programme, targets: list[Target]) -> Target | None:
    """The first announcement of the list's total investment."""
    for target in targets:
        if (
            target.programme_id == programme.pk
            and target.measure == Measure.TOTAL_INVESTMENT
            and target.kind == TargetKind.ANNOUNCED
        ):
            return target
    return None


def _with_unit(target: Target) -> str:
    """With its relation, as everywhere: 'more than 30.0 billion CNY'."""
    return formatting.with_unit(value_text(target), "headline")


def _chart(found: list[Programme], targets: list[Target]) -> ColumnChart | None:
    slots = []
    for programme in found:
        target = _announced_investment(programme, targets)
        text = "" if target is None else value_text(target)
        title = _("%(year)s: total investment announced %(amount)s %(unit)s") % {
            "year": programme.year,
            "amount": text,
            "unit": formatting.money_unit("headline"),
        }
        slots.append(
            Slot(
                label=str(programme.year),
                amount=target.value if target else None,
                outline=None,
                url=programme_url(programme.year),
                title=title if target else _("%(year)s: no total investment announced") % {"year": programme.year},
                text=text or "—",
                drawn="m-ink",
                always_named=True,
            )
        )
    if not any(slot.amount for slot in slots):
        return None
    return column_chart(slots, label=_("Total investment announced, by year"), unit=formatting.unit_of("table"))


def _finding(found: list[Programme], targets: list[Target]) -> str:
    """How the announced total investment went from the first year that has one to the last."""
    known = [(each.year, target) for each in found if (target := _announced_investment(each, targets))]
    if not known:
        return _("No total investment announced in any year")
    (first_year, first), (last_year, last) = known[0], known[-1]
    values = {
        "first_year": first_year,
        "first": _with_unit(first),
        "last_year": last_year,
        "last": _with_unit(last),
    }
    if len(known) == 1:
        text = _("Only for %(first_year)s is a total investment announced: %(first)s") % values
    else:
        text = _("Announced total investment: %(first)s in %(first_year)s, %(last)s in %(last_year)s") % values
    missing = [str(each.year) for each in found if _announced_investment(each, targets) is None]
    if missing:
        text = formatting.clauses([text, _("none for %(years)s") % {"years": formatting.listing(missing)}])
    return text
