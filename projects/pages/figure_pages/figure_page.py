"""`/figures/<name>/`: how one figure comes about, from its definition to the person or source behind each record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.exports.files import CHUNK
from projects.history.as_of import SINCE, AsOf, compared_with
from projects.pages import formatting, links
from projects.pages.decorators import one_of, order_asked, page
from projects.pages.figure_display import FigureDisplay, coverage_sentence, shown, withheld_sentence
from projects.pages.frame import shell, visible_part
from projects.pages.line_order import in_order
from projects.pages.list_pages import PAGE, PAGE_SIZE, first_asked, pages_of
from projects.pages.month_notice import in_brackets
from projects.pages.months_coverage import coverage_words
from projects.pages.notes.note_asked import NOTE
from projects.pages.notes.note_display import Notes, notes_of
from projects.pages.output_value import beside_figure
from projects.pages.parameters import reads
from projects.pages.sort_heads import SortHead, sort_heads
from projects.pages.table_files import FILES, PageTable, at_hand, file_asked, file_links, sorted_by, table_heads
from projects.pages.targets import Compared, NamedProgress, compared, named_progress
from projects.pagination import both_ways
from projects.provenance.origins import evidence, get_places
from projects.totals.comparison import EFFECT_ORDERS
from projects.totals.explanation import LARGEST, ORDERS, Explanation, explanation
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.totals import Row

from .figure_changes import columns_of_effects, effect_table, month_step, since_then
from .figure_records import RecordRow, exact_list, record_rows
from .plan_columns import NAME as PLANS
from .plan_columns import plan_table
from .record_columns import below_records, columns_of, months_of
from .share_of_whole import share_of_whole

SORT = "sort"
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class PartLine:
    """A part of the sum: a month, or a sector. Of a ratio `above` and `below` are what is divided, in CNY."""

    label: str
    shown: FigureDisplay
    above: int | None = None
    below: int | None = None


@page
@reads(SINCE, SORT, NOTE, sorted_by(PLANS), sorted_by(SINCE), PAGE, *FILES)
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """A figure of the question that the address asks. A name that is none is 404."""
    if name not in FIGURES:
        raise Http404
    scope = Scope.from_request(request)
    order = one_of(request, SORT, ORDERS)
    opened = explanation(scope, name, first=first_asked(request), size=PAGE_SIZE, order=order, places=get_places)
    pages = pages_of(request, opened.count)
    whole, columns = opened.answer.total_row, columns_of(opened)
    order_asked(request, SORT, (LARGEST, *both_ways(each.name for each in columns)), otherwise=ORDERS)

    def records() -> Iterator[Sequence[RecordRow]]:
        every = explanation(scope, name, size=None, order=order, places=get_places)
        for first in range(0, len(every.records), CHUNK):
            chunk = every.records[first : first + CHUNK]
            yield record_rows(replace(every, records=chunk), evidence(scope, name, [record.code for record in chunk]))

    def table() -> PageTable:
        return PageTable(name, _title(scope, opened), columns, records, opened.count, below_records(opened))

    since, order_since = compared_with(request, until=scope.today), one_of(request, sorted_by(SINCE), EFFECT_ORDERS)
    of_plans = in_order(request, {PLANS: plan_table(_title(scope, opened), _progress(opened))})
    if file := file_asked(
        request,
        scope,
        {"records": table, SINCE: partial(effect_table, opened, since, order_since), **at_hand(of_plans)},
    ):
        return file
    context = shell(request, scope) | {
        "figure": opened.figure,
        "title": _title(scope, opened),
        "shown": shown(whole, name, form="headline"),
        "beside": beside_figure(scope, name),
        "list_url": links.opening(whole, name) if pages.total else "",
        "exact_url": exact_list(opened),
        "waiting": opened.pending,
        "seen": visible_part(scope) or _("the whole province"),
        "plans": table_heads(request, of_plans)[PLANS],
        "step": month_step(opened),
        "pages": pages,
        "notes": _notes(request, scope, name),
        **_formula(opened),
        **_coverage(scope, opened),
        **_records(opened, sort_heads(request, SORT, order, columns)),
        **_plans(scope, opened),
        **_since(request, opened, since, order_since),
        **_addresses(request, scope, name),
    }
    return render(request, "figures/figure.html", context | {"files": file_links(request)})


def _formula(opened: Explanation) -> dict[str, Any]:
    """What it is the sum of, and of one record what share that is of all."""
    return {
        "exact": _exact(opened),
        "below": opened.value.below,
        "withheld": withheld_sentence(opened.value),
        "adds_up": opened.adds_up,
        "parts": [_part(row, opened.figure.name) for row in opened.parts],
        "parts_by": opened.by,
        "share_of": share_of_whole(opened),
    }


def _coverage(scope: Scope, opened: Explanation) -> dict[str, Any]:
    """Of how many projects it is known and of how many not, each with the way to them, and in which months."""
    value, whole, name = opened.value, opened.answer.total_row, opened.figure.name
    return {
        "coverage": coverage_sentence(value),
        "having_url": links.having(whole, name) if value.known else "",
        "lacking_url": links.lacking(whole, name) if value.unknown_count else "",
        "lacking": value.unknown_count,
        "months_coverage": coverage_words(scope, name),
    }


def _plans(scope: Scope, opened: Explanation) -> dict[str, Any]:
    """What was published, where what was announced of the plan stands, and the plans of the projects."""
    return {
        "against": _against(opened),
        "plan_url": f"{_opened(scope, Measure.PLANNED_DISBURSEMENT)}#against",
        "own_plans_url": "#records" if opened.figure.ratio else _opened(scope, Measure.DISBURSED_OF_PLAN),
    }


def _since(request: HttpRequest, opened: Explanation, since: AsOf, order: str) -> dict[str, Any]:
    """What changed it since another day, and the head of that table."""
    return {
        "since": since_then(opened, since, order),
        "since_is_open": bool(request.GET.get(SINCE) or order),
        "heads_of_since": sort_heads(request, sorted_by(SINCE), order, columns_of_effects(opened), place=SINCE),
        "files_of_since": file_links(request, SINCE),
    }


def _records(opened: Explanation, heads: Sequence[SortHead]) -> dict[str, Any]:
    """The table of a page's records, and what is said over it."""
    codes = [record.code for record in opened.records]
    return {
        "rows": record_rows(opened, evidence(opened.scope, opened.figure.name, codes)),
        "heads": heads,
        "heads_of_months": heads[1 : 1 + len(months_of(opened))],
        "count": formatting.count(opened.count),
        "value_unit": formatting.unit_name(opened.figure.unit, "precise"),
        "total": opened.value.value or 0,
    }


def _against(opened: Explanation) -> list[Compared]:
    """The figure beside each number that was published of it."""
    measures = (opened.figure.name, opened.figure.none_below)
    return [compared(each, "table") for each in opened.value.targets if each.target.measure in measures]


def _progress(opened: Explanation) -> list[NamedProgress]:
    """Money disbursed against each plan, for months that begin in January; empty for any other figure."""
    if opened.scope.first_month != 1:
        return []
    return named_progress(opened.progress)


def _notes(request: HttpRequest, scope: Scope, name: str) -> Notes | None:
    """Notes about the figure: of the sector or prefecture that the question is narrowed to, or of all of them."""
    if scope.programme is None:
        return None
    narrowed = {part: list(scope.filter_value(part)) for part in ("sector", "prefecture")}
    only = {part: found[0] for part, found in narrowed.items() if len(found) == 1 and isinstance(found[0], Model)}
    return notes_of(request, programme=scope.programme, figure=name, **only)


def _title(scope: Scope, opened: Explanation) -> str:
    label = formatting.sentence_case(str(opened.figure.label))
    if scope.end_month is None or scope.programme is None:
        return label
    if opened.figure.by_month or opened.figure.ratio or opened.figure.name.startswith(("reports_", "problems_")):
        span = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        return _("%(figure)s, %(span)s") % {"figure": label, "span": span + in_brackets(scope)}
    return _("%(figure)s, %(span)s") % {"figure": label, "span": scope.programme.year}


def _exact(opened: Explanation) -> str:
    """The value to its last digit."""
    value = opened.value.value
    if value is None:
        return ""
    if opened.value.below is not None:
        return f"{formatting.count(value)} ÷ {formatting.count(opened.value.below)} {opened.figure.unit.label}"
    return f"{formatting.count(value)} {opened.figure.unit.label}"


def _part(row: Row, name: str) -> PartLine:
    figure = row.figures[name]
    return PartLine(_part_label(row), shown(row, name), figure.value, figure.below)


def _part_label(row: Row) -> str:
    if row.key and _MONTH.fullmatch(row.key):
        return formatting.short_month(int(row.key[-2:]))
    return row.name


def _opened(scope: Scope, name: str) -> str:
    """Another figure of the same question."""
    return links.page("figure", name, query=scope.parameters(), filters=False)


def _addresses(request: HttpRequest, scope: Scope, name: str) -> dict[str, Any]:
    """The permanent address of exactly this number, and the call of the API that gives the same."""
    fixed = links.fixed(scope.parameters())
    return {
        "permanent_url": request.build_absolute_uri(links.page("figure", name, query=fixed)),
        "api_url": links.api("explain", [("figure", name), *fixed], request=request),
    }
