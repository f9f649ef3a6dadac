"""`/compare/`: two days side by side. Which records came, went or changed, and what each did to each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Difference, Unit
from projects.history.as_of import PARAMETER, SINCE, AsOf, compared_with
from projects.pages import formatting, links
from projects.pages.decorators import one_of, page
from projects.pages.frame import shell
from projects.pages.line_order import in_order
from projects.pages.list_pages import PAGE, PAGE_SIZE, first_asked, pages_of
from projects.pages.parameters import reads
from projects.pages.sort_heads import sort_heads
from projects.pages.table_files import (
    FILES,
    PageTable,
    at_hand,
    file_asked,
    file_links,
    sorted_by,
    table_heads,
    table_of_lines,
)
from projects.totals.comparison import Comparison, FigureDifference, RecordDifference, get_comparison, orders
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope

from .comparison_columns import columns_of_figures, columns_of_records, together

SORT, FIGURES_TABLE = "sort", "figures"
SUMS = tuple(name for name, figure in FIGURES.items() if not figure.ratio)  # which have columns


@page
@reads(SINCE, SORT, sorted_by(FIGURES_TABLE), PAGE, *FILES)
def compare(request: HttpRequest) -> HttpResponse:
    """The day of `since` against the one that the page looks at; for the months and filters of the address."""
    scope = Scope.from_request(request)
    since = compared_with(request, until=scope.today)
    first = first_asked(request)
    order = one_of(request, SORT, orders(SUMS))
    found = get_comparison(scope, since, figures=tuple(FIGURES), first=first, size=PAGE_SIZE, order=order)
    columns = [each for each in found.figures if each.count and not each.figure.ratio]
    lines = [_line(each, scope, since) for each in found.figures]
    of_records = columns_of_records(columns)

    def records() -> Iterator[Sequence[RecordDifference]]:
        yield get_comparison(scope, since, figures=SUMS, size=None, order=order).records

    title = _title(scope, since)
    of_figures = in_order(
        request, {FIGURES_TABLE: table_of_lines("compare-figures", title, columns_of_figures(), lines)}
    )

    def table() -> PageTable:
        below = [together(columns)] if found.count else []
        return PageTable("compare-records", title, of_records, records, found.count, below)

    if file := file_asked(request, scope, {**at_hand(of_figures), "records": table}):
        return file
    context = shell(request, scope) | {
        "since": since,
        "since_name": SINCE,
        "lede": _lede(found),
        "title": title,
        "tables": table_heads(request, of_figures),
        "heads": sort_heads(request, SORT, order, of_records),
        "files": file_links(request, "records"),
        "columns": [(each, _changed(each.name, scope, since)) for each in columns],
        "records": found.records,
        "effects": [_effects(each, scope, since) for each in columns],
        "count": formatting.count(found.count),
        "pages": pages_of(request, found.count),
        "carried": [pair for pair in scope.parameters() if pair[0] != SINCE],
        "api_url": links.api("comparison", [*links.fixed(scope.parameters()), (SINCE, since.text)], request=request),
    }
    return render(request, "figures/compare.html", context)


@dataclass(frozen=True)
class FigureLine:
    """A figure of both days: where each value is explained, and what changed it."""

    figure: FigureDifference
    then_url: str
    now_url: str
    changed_url: str


@dataclass(frozen=True)
class EffectColumn:
    """What records did to a figure: the figure's unit, and the address where the effect of one is shown, up to its code."""

    name: str
    unit: Unit
    address: str


def _line(each: FigureDifference, scope: Scope, since: AsOf) -> FigureLine:
    past = [*(pair for pair in scope.parameters() if pair[0] != PARAMETER), (PARAMETER, since.text)]
    return FigureLine(
        each,
        links.page("figure", each.name, query=past, filters=False),
        links.page("figure", each.name, query=scope.parameters(), filters=False),
        _changed(each.name, scope, since),
    )


def _changed(name: str, scope: Scope, since: AsOf) -> str:
    """What changed a figure, record by record."""
    return f"{links.page('figure', name, query=[*scope.parameters(), (SINCE, since.text)], filters=False)}#since"


def _effects(each: FigureDifference, scope: Scope, since: AsOf) -> EffectColumn:
    address = links.each_record(each.name, scope.parameters(), **{SINCE: since.text})
    return EffectColumn(each.name, each.figure.unit, address(""))


def _title(scope: Scope, since: AsOf) -> str:
    """The two days in words, never the number of a revision alone."""
    values = {"since": _day(since), "until": _day(scope.as_of) if scope.as_of else ""}
    if scope.as_of:
        return _("What changed between %(since)s and %(until)s") % values
    return _("What changed since %(since)s") % values


def _day(state: AsOf) -> str:
    if state.is_day or state.is_before_all:
        return f"{state.moment:%Y-%m-%d}"
    return _("%(moment)s (revision %(number)s)") % {"moment": formatting.minute(state.moment), "number": state.revision}


def _lede(found: Comparison) -> str:
    """How many records differ, in one sentence."""
    if not found.count:
        return _("Nothing differs between these two days.")
    values = {kind.value: formatting.count(found.kinds[kind]) for kind in Difference}
    return _("Records added: %(added)s, removed: %(removed)s, changed: %(changed)s.") % values
