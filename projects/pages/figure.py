"""Page `/figures/<name>/`: how one figure comes about, from its definition to the person or source behind each record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Basis, Difference, Measure, OriginKind, Unit
from projects.history.as_of import PARAMETER, SINCE, AsOf, compared_with, override_as_of
from projects.provenance.origins import Origin, evidence
from projects.totals.comparison import get_figure_difference
from projects.totals.explanation import Contribution, Explanation, explanation, step_of_month
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from . import formatting, links
from .decorators import page
from .downloads import table_download
from .figure_display import FigureDisplay, beside_figure, coverage_sentence, withheld_sentence
from .frame import shell, visible_part
from .imports.preview import cell_links
from .list_pages import PAGE
from .month_notice import approved_of_asked
from .months_coverage import coverage_words
from .notes import get_notes
from .parameters import NOTE, accepts_parameters
from .tables import FILES, Column, ShareColumn, Table, basis_column, build_number_column
from .targets import build_comparison_display, named_progress

MOST_EFFECTS = 20  # the rest is on the page that compares
_OTHER_ORDERS = ("below", "own", "share", *(f"month_{month}" for month in range(1, 13)))  # of other figures


@dataclass(frozen=True)
class RecordRow:
    """A record that a figure sums, or the total of all, which has no code.

    `months` has the part of each month, for a figure that is made of them, with where it is explained; `share` is that of
    the whole, or of a ratio what the record's own is. `cell` is that of the workbook that the value came from, for users
    who may see it.
    """

    record: Contribution
    url: str
    share: Fraction | None
    share_url: str = ""
    months: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    origin: Origin | None = None
    cell: links.PageLink | None = None

    @property
    def source(self) -> Any:
        return self.origin and self.origin.source

    @property
    def reporter(self) -> str:
        """Return who reported the value; '' where a source states it, or nobody may be named."""
        if self.origin is None or self.source is not None:
            return ""
        if self.origin.reported_by:
            return _("reported by %(who)s") % {"who": self.origin.reported_by}
        return str(OriginKind(self.origin.kind).label) if self.origin.kind else ""

    @property
    def change(self) -> Origin | None:
        """Return the origin of a value whose last change is known."""
        return self.origin if self.origin and self.origin.revision else None


@page
@accepts_parameters(SINCE, "sort", NOTE, PAGE, *FILES)
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """Explain a figure for the programme, months and filters of the address. An unknown name is 404."""
    if name not in FIGURES:
        raise Http404
    scope = Scope.from_request(request)
    since = compared_with(request, until=scope.today)
    opened = explanation(scope, name, size=None)
    table = get_record_table(request, opened)
    if file := table_download(request, scope, [table]):
        return file
    value, whole = opened.value, opened.answer.total_row
    measures = (name, opened.figure.none_below)
    context = shell(request, scope) | {
        "figure": opened.figure,
        "title": _title(opened),
        "shown": FigureDisplay(whole, name),
        "beside": beside_figure(scope, name),
        "table": table,
        "files": table.files,
        "pages": table.pages,
        "count": formatting.count(opened.count),
        "list_url": links.counted_address(whole, name) if opened.count else "",
        "value_unit": formatting.unit_name(opened.figure.unit, "precise"),
        "exact": _exact_value(opened),
        "withheld": withheld_sentence(value),
        "parts": [(_part_label(row), FigureDisplay(row, name), row.figures[name].below) for row in opened.parts],
        "opened": opened,
        "share": _share_of_whole(opened),
        "seen": visible_part(scope) or _("the whole province"),
        "coverage": coverage_sentence(value),
        "having_url": links.known_address(whole, name) if value.known else "",
        "lacking_url": links.missing_address(whole, name) if value.unknown_count else "",
        "months_coverage": coverage_words(scope, name),
        "against": [
            build_comparison_display(target, "table") for target in value.targets if target.target.measure in measures
        ],
        # only months from January on can be held against plans of the year
        "plans": named_progress(opened.progress) if scope.first_month == 1 else [],
        "plan_url": f"{_figure_url(scope, Measure.PLANNED_DISBURSEMENT)}#against",
        "own_plans_url": "#records" if opened.figure.ratio else _figure_url(scope, Measure.DISBURSED_OF_PLAN),
        "steps": list(_month_steps(opened)),
        "since": _changes_since(opened, since),
        "since_is_open": bool(request.GET.get(SINCE)),
        "notes": _notes(request, scope, name),
        "permanent_url": request.build_absolute_uri(
            links.page("figure", name, query=links.get_permanent_parameters(scope.parameters()))
        ),
    }
    return render(request, "figures/figure.html", context)


def get_record_table(request: HttpRequest, opened: Explanation) -> Table:
    """Return the table of all records that a figure sums, usually the largest first."""
    figure, title = opened.figure, _title(opened)
    caption = formatting.unit_name(figure.unit, "precise")
    if figure.unit == Unit.CNY:
        caption = _("In %(value_unit)s, nothing rounded away") % {"value_unit": caption}
    return Table(
        request,
        figure.name,
        title,
        _record_columns(opened),
        _record_rows(opened),
        label=_("The records that it sums"),
        usual="-value",
        extra_orders=_OTHER_ORDERS,
        total=_total_row(opened) if opened.count else None,
        caption=formatting.sentence_case(caption),
        css="records",
        paginated=True,
    )


def _record_rows(opened: Explanation) -> list[RecordRow]:
    scope, name = opened.scope, opened.figure.name
    codes = [record.code for record in opened.records]
    origins, months = evidence(scope, name, codes), _get_month_parts(opened)
    values: Mapping[tuple[str, Any], int | None] = months
    if not opened.figure.by_month:
        values = {(record.code, None): record.value for record in opened.records}
    has_cells = not opened.figure.ratio and scope.as_of is None
    cells = cell_links(scope.user, scope.programme, name, values) if has_cells else {}
    record_url, is_one = _record_url(opened), _is_one_record(scope)
    return [
        RecordRow(
            record,
            record_url(record.code),
            record.own_ratio if opened.figure.ratio else record.share,
            record_url(record.code) if opened.figure.ratio else "" if is_one else f"{record_url(record.code)}#share",
            {
                month: (months[record.code, month], links.report(record.code, f"{scope.span.year}-{month:02}"))
                for month in _months(opened)
                if (record.code, month) in months
            },
            origins.get(record.code),
            cells.get(record.code),
        )
        for record in opened.records
    ]


def _total_row(opened: Explanation) -> RecordRow:
    value, whole, name = opened.value, opened.answer.total_row, opened.figure.name
    exact_url = _exact_list_url(opened)
    months = {}
    if opened.figure.by_month:
        months = {
            int(str(row.key)[-2:]): (row.figures[name].value or 0, links.figure_address(row, name))
            for row in opened.parts
        }
    if not opened.figure.ratio:
        share = Fraction(1) if value.value else None
        return RecordRow(Contribution("", "", "", value.value or 0, share), exact_url, share, months=months)
    record = Contribution("", "", "", value.value or 0, None, value.below)
    return RecordRow(record, exact_url, value.ratio, links.counted_address(whole, name))


def _record_columns(opened: Explanation) -> list[Column]:
    scope, figure = opened.scope, opened.figure
    columns = [
        Column(
            name="code",
            label=_("Project"),
            value=lambda row: row.record.name,
            url=lambda row: links.project(row.record.code, year=scope.year),
            sub=lambda row: row.record.code,
            sort_value=lambda row: row.record.code,
            template="tables/name.html",
            css="name",
        ),
        Column(name="", label=_("Project code"), value=lambda row: row.record.code, on_page=False),
        basis_column(lambda row: row.record.basis, on_page=False),
        *(_month_column(month, figure.unit) for month in _months(opened)),
    ]
    label = Measure.DISBURSED.header if figure.ratio else formatting.sentence_case(str(figure.label))
    options = {"url": lambda row: row.url}
    columns.append(
        build_number_column(
            figure.unit, name="value", label=label, value=lambda row: row.record.value, template=_CELL_VALUE, **options
        )
    )
    if figure.ratio:
        columns += [
            build_number_column(
                figure.unit,
                name="below",
                label=Measure.PLANNED_DISBURSEMENT.header,
                value=lambda row: row.record.below,
                **options,
            ),
            ShareColumn(
                name="own",
                label=Measure.DISBURSED_OF_PLAN.header,
                unknown=_("no plan, or a plan of zero"),
                value=lambda row: row.share,
                url=lambda row: row.share_url,
            ),
        ]
    else:
        columns.append(
            ShareColumn(
                name="share",
                label=_("% of the whole"),
                value=lambda row: row.share,
                url=lambda row: row.share_url,
                template="figures/_cell_share.html",
            )
        )
    return [*columns, *_origin_columns()]


_CELL_VALUE = "figures/_cell_value.html"


def _month_column(month: int, unit: Unit) -> Column:
    return build_number_column(
        unit,
        name=f"month_{month}",
        label=formatting.short_month(month),
        value=lambda row: row.months[month][0] if month in row.months else None,
        url=lambda row: row.months[month][1] if month in row.months else "",
        unknown=_("no report"),
    )


def _origin_columns() -> list[Column]:
    """Return the columns of what a value is based on and of its last change, in words."""
    label = _("Where it comes from")

    def origin(row: RecordRow) -> Any:
        if row.source:
            return row.source.publisher
        return row.reporter or (row.origin and row.origin.basis and Basis(row.origin.basis).label)

    def in_file(label: str, value: Callable[[RecordRow], Any]) -> Column:
        return Column(name="", label=label, value=value, on_page=False)

    return [
        Column(
            name="origin",
            label=label,
            value=origin,
            sort_value=lambda row: row.origin and row.origin.order,
            template="figures/_cell_origin.html",
        ),
        in_file(_("Published on"), lambda row: row.source and row.source.published_on),
        in_file(_("%(label)s, address") % {"label": label}, lambda row: row.source and row.source.link),
        Column(
            name="changed",
            label=_("Last changed"),
            value=lambda row: row.change and row.change.changed_at and formatting.minute(row.change.changed_at),
            sort_value=lambda row: row.change and row.change.revision,
            template="figures/_cell_changed.html",
        ),
        in_file(_("Known on"), lambda row: row.change and row.change.known_before),
        in_file(_("Changed by"), lambda row: row.change and row.change.changed_by),
    ]


def _months(opened: Explanation) -> range:
    """Return the months that have a column, where the figure is made of them."""
    if not opened.figure.by_month or not opened.scope.end_month:
        return range(0)
    return range(opened.scope.first_month, opened.scope.last_month + 1)


def _get_month_parts(opened: Explanation) -> dict[tuple[str, int], int]:
    """Return what each record reports of each month, for figures that are sums of months; one query."""
    if not opened.figure.by_month:
        return {}
    scope, name = opened.scope, opened.figure.name
    with override_as_of(scope.as_of):
        amounts = scope.span.reports().order_by().values_list("entry__project__code", "month", name)
        return {(code, month): amount for code, month, amount in amounts if amount is not None}


def _is_one_record(scope: Scope) -> bool:
    return any(name == "code" for name, _value in scope.filters)


def _record_url(opened: Explanation) -> Callable[[str], str]:
    """Return how a record's part is opened: on this page about it alone, or from there where it is stated."""
    scope, name = opened.scope, opened.figure.name
    if not _is_one_record(scope):
        parameters = scope.parameters()
        return lambda code: links.figure_of_record(name, code, parameters)
    if opened.figure.unit == Unit.CNY:  # the page of its project rounds it
        return lambda _code: _exact_list_url(opened)
    return lambda code: f"{links.project(code, year=scope.year)}#{name}"


def _exact_list_url(opened: Explanation) -> str:
    """Return the list of all records of the figure, with amounts as exact as here."""
    address = links.counted_address(opened.answer.total_row, opened.figure.name)
    return f"{address}&precision=exact" if opened.figure.unit == Unit.CNY else address


def _title(opened: Explanation) -> str:
    scope, figure = opened.scope, opened.figure
    label = formatting.sentence_case(str(figure.label))
    if scope.end_month is None or scope.programme is None:
        return label
    span: Any = scope.programme.year
    if figure.by_month or figure.ratio or figure.name.startswith(("reports_", "problems_")):
        months = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        span = months + approved_of_asked(scope)
    return _("%(figure)s, %(span)s") % {"figure": label, "span": span}


def _exact_value(opened: Explanation) -> str:
    """Return the value to its last digit; '' where it is not known."""
    value = opened.value.value
    if value is None:
        return ""
    text = formatting.count(value)
    if opened.value.below is not None:
        text = f"{text} ÷ {formatting.count(opened.value.below)}"
    return f"{text} {opened.figure.unit.label}"


def _part_label(row: Any) -> str:
    """Return the month or sector of a part."""
    year, _dash, month = str(row.key or "").partition("-")
    return formatting.short_month(int(month)) if year.isdigit() and month.isdigit() else str(row.name)


def _figure_url(scope: Scope, name: str) -> str:
    return links.page("figure", name, query=scope.parameters(), filters=False)


def _share_of_whole(opened: Explanation) -> dict[str, Any] | None:
    """Return the share of one record in all, with both figures; None for more records, or where a share says nothing."""
    scope, name, part = opened.scope, opened.figure.name, opened.answer.total_row
    if opened.figure.ratio or not _is_one_record(scope):
        return None
    around = replace(scope, filters=tuple(pair for pair in scope.filters if pair[0] != "code"))
    whole = breakdowns(around, None, compared=False, figures=(name,))[None].total_row
    share = opened.value.share_of(whole.figures[name])
    if share is None:
        return None
    return {
        "share": share,
        "part": FigureDisplay(part, name, form="precise"),
        "whole": FigureDisplay(whole, name, form="precise"),
    }


def _month_steps(opened: Explanation) -> Iterator[tuple[str, Any]]:
    """Yield a figure that is made of months to the month before, of the newest month, and of both together."""
    step = step_of_month(opened)
    if step is None:
        return
    first, last = opened.scope.first_month, opened.scope.last_month
    rows = (*step, opened.answer.total_row)
    labels = (formatting.months(first, last - 1), formatting.month_name(last), formatting.months(first, last))
    for label, row in zip(labels, rows, strict=True):
        yield label, FigureDisplay(row, opened.figure.name, form="precise")


def _changes_since(opened: Explanation, since: AsOf) -> dict[str, Any]:
    """Return the figure as it was known then and is now, with the records that changed it most."""
    scope, name = opened.scope, opened.figure.name
    difference = get_figure_difference(scope, since, name, size=MOST_EFFECTS)
    parameters = scope.parameters()
    past = [*(pair for pair in parameters if pair[0] != PARAMETER), (PARAMETER, since.text)]
    both = [*parameters, (SINCE, since.text)]
    return {
        "day": since,
        "figure": difference,
        "more": difference.count - len(difference.effects),
        "compare_url": links.page("compare", query=both),
        "then_url": links.page("figure", name, query=past, filters=False),
        "now_url": _figure_url(scope, name),
        "effects": [
            {
                "effect": effect,
                "project_url": "" if effect.kind == Difference.REMOVED else links.project(effect.key),
                "then_url": links.figure_of_record(name, effect.key, past),
                "now_url": links.figure_of_record(name, effect.key, parameters),
                "compare_url": links.page("compare", query=links.narrow_to(effect.key, both), filters=False),
            }
            for effect in difference.effects
        ],
    }


def _notes(request: HttpRequest, scope: Scope, name: str) -> dict[str, Any] | None:
    """Return the notes about the figure: of the one sector or prefecture that it is narrowed to, or of all of them."""
    if scope.programme is None:
        return None
    narrowed = {part: list(scope.filter_value(part)) for part in ("sector", "prefecture")}
    only = {part: found[0] for part, found in narrowed.items() if len(found) == 1 and isinstance(found[0], Model)}
    return get_notes(request, programme=scope.programme, figure=name, **only)
