"""Downloads: the tables of a page as a workbook or CSV, at the page's own address, so never more than the page may show.

A file holds the columns, order and totals of its table, and all rows where the page shows a part of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure
from projects.database import get_read_alias
from projects.exports.about import Lines, about_file
from projects.exports.csv_text import iter_csv
from projects.exports.files import file_response, newest_revision, refuse_too_many
from projects.exports.workbook import iter_xlsx
from projects.totals.figures import FIGURES
from projects.totals.programmes import get_reader
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from . import formatting, links
from .decorators import get_choice_parameter
from .filter_form import get_chips
from .frame import get_dates_text, get_working_date
from .tables import FIELDS, FORMAT, FORMATS, TABLE, Column, Table
from .targets import build_target_display

_MONTHS = {"month", "through"}
_MOST_NAMED = 50  # codes of projects in the address of a file


def table_download(request: HttpRequest, scope: Scope, tables: Sequence[Table]) -> HttpResponse | None:
    """Return the file that is asked for of one of the tables of a page; None where the page itself is.

    Raises `ValidationError` for a format or table that there is not, and for a file of one page of a list.
    """
    form = get_choice_parameter(request, FORMAT, ("", *FORMATS))
    name = get_choice_parameter(request, TABLE, tuple(table.name for table in tables) or ("",))
    if not form:
        return None
    if not tables:
        raise ValidationError({FORMAT: _("The page has no table here that a file could be of.")})
    if "page" in request.GET:
        raise ValidationError({"page": _("A file has all pages: leave “page” out.")})
    table = next(each for each in tables if each.name == name)
    count = len(table.records)
    refuse_too_many(count if form == "xlsx" else 0)
    columns = table.file_columns(every_field=bool(request.GET.get(FIELDS)))
    question, day = _question(request, scope, table), get_working_date(scope)
    working_date: Lines = [(_("Working date"), day.isoformat())] if day else []
    basis = next((line[1] for line in question if line[0] == _("Basis")), None)
    if basis and all(column.label != _("Basis") for column in columns):
        columns.append(Column(label=_("Basis"), value=lambda record: basis))
    revision, below = newest_revision(), table.rows_below(columns)
    amounts = _("Exact values in the unit of the head. A blank cell is what is not known, never zero.")
    above: Lines = [(table.title,), (get_dates_text(scope),), *question]
    about = (
        about_file(
            [(_("Table"), table.title), *_notes(table), *question, *working_date],
            [(_("Amounts"), amounts), *_plans(scope, columns), *_figures(request, scope, columns)],
            columns,
            request=request,
            revision=revision,
            address=_permanent_address(request, scope),
        )
        if form == "xlsx"
        else []
    )

    def build_file() -> Iterator[bytes]:
        if form == "csv":
            return iter_csv(columns, table.chunks(), below=below)
        return iter_xlsx(columns, table.chunks(), about=about, above=above, below=below)

    period = str(scope.end_month or scope.year or "")
    name, title = (each if period in each else f"{each}-{period}" for each in (table.name, table.title))
    answer = file_response(request, form, build_file, name=name, title=title, revision=revision, using=get_read_alias())
    return cast(HttpResponse, answer)  # which views answer, but for Django's types


def _notes(table: Table) -> Lines:
    return [("", table.note)] if table.note else []


def _question(request: HttpRequest, scope: Scope, table: Table) -> Lines:
    """Return the months, the conditions and the number of rows of a file."""
    lines: Lines = []
    if scope.programme:
        months = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        lines += [(_("Months"), months if scope.end_month else str(scope.programme.year)), *_basis(scope)]
    conditions = [*(chip.label for chip in get_chips(request, scope)), *table.conditions]
    lines += [(_("Condition"), condition) for condition in conditions]
    rows = ngettext("%(count)s row", "%(count)s rows", len(table.records))
    return [*lines, (_("Rows"), rows % {"count": formatting.count(len(table.records))})]


def _basis(scope: Scope) -> Lines:
    """Return how many projects of a list are illustrative, as the page says it; nothing where none is."""
    rows = breakdowns(scope, "basis", compared=False, figures=(Measure.PROJECT_COUNT,))["basis"].rows
    numbers = {row.key: row.figures[Measure.PROJECT_COUNT].value or 0 for row in rows}
    if not numbers.get(Basis.ILLUSTRATIVE):
        return []
    values = {"count": formatting.count(numbers[Basis.ILLUSTRATIVE]), "of": formatting.count(sum(numbers.values()))}
    return [(_("Basis"), _("%(count)s of %(of)s projects are illustrative") % values)]


def _permanent_address(request: HttpRequest, scope: Scope) -> str:
    """Return the page with the year and the months that it chose itself: some time later these are others."""
    names = {"programme"} if _MONTHS & request.GET.keys() else _MONTHS | {"programme"}
    chosen = {name: value for name, value in scope.parameters() if name in names - request.GET.keys()}
    return links.same_page(request, without=(FORMAT, TABLE, FIELDS), **chosen)


def _plans(scope: Scope, columns: Sequence[Column]) -> Lines:
    """Return what was published of the year's plan, where a column is measured against one.

    A part of the list is measured against the plans of its own entries.
    """
    if all(column.figure != Measure.DISBURSED_OF_PLAN for column in columns):
        return []
    if not replace(scope, first_month=1).is_whole:
        return [(Measure.PLANNED_DISBURSEMENT.header, formatting.sentence_case(_("these projects' own plans")))]
    plans = [
        build_target_display(target, "table")
        for target in scope.targets
        if target.measure == Measure.PLANNED_DISBURSEMENT
    ]
    return [(plan.kind, plan.quantity, str(plan.source.url)) for plan in plans if not plan.part]


def _figures(request: HttpRequest, scope: Scope, columns: Sequence[Column]) -> Lines:
    """Return each figure with its definition and the page that explains it record by record."""
    names = dict.fromkeys(column.figure for column in columns if column.figure)
    lines: Lines = [
        (
            formatting.sentence_case(str(FIGURES[name].label)),
            str(FIGURES[name].definition),
            request.build_absolute_uri(links.page("figure", name, query=scope.parameters(), filters=False)),
        )
        for name in names
    ]
    return [(), (_("Figure"), _("What it is"), _("Where the figures come from")), *lines] if lines else []


def files_of(request: HttpRequest, name: str, parameters: Iterable[tuple[str, str]]) -> list[links.PageLink]:
    """Return a link for each form of file of a list of the API, in the user's language and as of what is shown.

    None where the page shows the public's rows to a user for whom the API has others.
    """
    if get_reader(request) is not request.user:
        return []
    pairs, label = [*parameters, ("lang", get_language() or "")], _("%(form)s with every field")
    return [
        links.PageLink(
            label % {"form": FORMATS[form]}, links.page(f"api:{name}-list", query=[*pairs, ("format", form)])
        )
        for form in FORMATS
    ]


def files_of_projects(
    request: HttpRequest, name: str, scope: Scope, codes: Iterable[str], parameters: Iterable[tuple[str, str]]
) -> list[links.PageLink]:
    """Return the files of a list of records of projects, narrowed to those of a scope.

    They are narrowed by its programme, and by the `codes` of the projects where it has filters. None where these leave
    more projects than an address can name.
    """
    pairs = scope.of_year
    if scope.filters:
        named = [("project", code) for code in sorted(set(codes))]
        if len(named) > _MOST_NAMED:
            return []
        pairs += named
    return files_of(request, name, [*pairs, *parameters])
