"""Files of the tables of a page: the same rows, columns, order and totals, as a workbook or CSV from the page's own address.

What is asked, of which day and by whom is what the page is asked, so a file never holds what its page does not show; only
that a list is whole in it, where a page shows a part. `?format=xlsx` asks for one, and `table` for which, where there are
several. What the columns are is said once, where their heads are; `fields=all` asks for all others that there are behind
those of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.database import get_read_alias
from projects.exports.about import Lines, about_file
from projects.exports.columns import Cell, LineColumn
from projects.exports.csv_text import iter_csv
from projects.exports.files import file_response, newest_revision, refuse_too_many
from projects.exports.workbook import iter_xlsx
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.totals.totals import Row

from . import formatting, links
from .chips import chips
from .decorators import one_of
from .sort_heads import SortColumn, SortHead, sort_heads
from .table_columns import value_of
from .targets import said

FORMAT, TABLE, FIELDS = "format", "table", "fields"
EVERY_FIELD = ("all",)  # the values of `fields`
_FORMS = (("xlsx", "Excel"), ("csv", "CSV"))
_MONTHS = {"month", "through"}
FILES = (FORMAT, TABLE)  # the parameters of a page with files


@dataclass(frozen=True)
class PageTable:
    """A table as its page shows it. `name` is its file's, `title` what the page calls it, `note` what it says above it.

    `chunks` gives its `count` lines, few at a time, in the page's order; `below` are the cells of its totals. `conditions`
    are asked of it beside those of its scope. `others` are what is said of a line beside what the page shows; `otherwise`
    the names of columns that it has of another month or year.
    """

    name: str
    title: str
    columns: Sequence[SortColumn]
    chunks: Callable[[], Iterable[Sequence[Any]]]
    count: int | None  # None where it is known at the end alone, and fits on a sheet
    below: Sequence[Sequence[Cell]] = ()
    note: str = ""
    conditions: Sequence[str] = ()
    others: Sequence[LineColumn] = ()
    otherwise: Sequence[str] = ()

    @property
    def in_files(self) -> list[LineColumn]:
        return [*cells_of(self.columns), *self.others]


def table_of_lines(
    name: str,
    title: str,
    columns: Sequence[SortColumn],
    lines: Sequence[Any],
    *,
    total: Any = None,
    note: str = "",
    others: Sequence[LineColumn] = (),
    otherwise: Sequence[str] = (),
) -> PageTable:
    """A table of lines that are at hand; `total` is the line below them."""
    below = [total_line(columns, total, others)] if total is not None else []
    return PageTable(name, title, columns, lambda: [lines], len(lines), below, note, others=others, otherwise=otherwise)


def cells_of(columns: Iterable[SortColumn]) -> list[LineColumn]:
    return [each for column in columns for each in column.in_files]


def total_line(columns: Sequence[SortColumn], line: Any, others: Sequence[LineColumn]) -> list[Cell]:
    """The total of a table, which is a line like the others under a name of its own."""
    return [_("Total"), *(each.cell(line) for each in (*cells_of(columns)[1:], *others))]


def totals_below(columns: Sequence[SortColumn], whole: Row) -> list[list[Cell]]:
    """The figures of all lines together, and of how many they are known."""
    figures = [whole.figures[each.figure] if each.figure else None for each in cells_of(columns)[1:]]
    written = zip(cells_of(columns)[1:], figures, strict=True)
    return [
        [_("Total"), *(each.format_value(value_of(figure)) if figure else None for each, figure in written)],
        [_("Projects with data"), *(figure.known if figure else None for figure in figures)],
        [_("of projects"), *(figure.of if figure else None for figure in figures)],
    ]


@dataclass(frozen=True)
class TableHead:
    """What stands at the head of a table on its page, and its lines where they are at hand."""

    heads: list[SortHead]
    files: list[links.PageLink]
    lines: Sequence[Any] = ()


def sorted_by(name: str) -> str:
    """The parameter that orders a table of a page, which may have several."""
    return f"sort_{name}"


def table_heads(request: HttpRequest, tables: Mapping[str, PageTable], **places: str) -> dict[str, TableHead]:
    """Of tables whose lines are at hand; `places` are the parts of the page that are not called as their table is."""
    return {
        name: TableHead(
            sort_heads(
                request,
                sorted_by(name),
                request.GET.get(sorted_by(name), ""),
                each.columns,
                place=places.get(name, name),
            ),
            file_links(request, name) if each.count else [],
            list(chain.from_iterable(each.chunks())),
        )
        for name, each in tables.items()
    }


def at_hand(tables: Mapping[str, PageTable]) -> dict[str, Callable[[], PageTable]]:
    """Tables that cost nothing to make, for `file_asked`."""
    return {name: partial(tables.__getitem__, name) for name in tables}


def file_links(request: HttpRequest, table: str = "") -> list[links.PageLink]:
    """The files of a table of this page, or of the only one; in the reader's language."""
    return files_at(partial(links.same_page, request, **({TABLE: table} if table else {})))


def every_field_links(request: HttpRequest) -> list[links.PageLink]:
    """The same of the only table of a page, with all others behind the columns of the page."""
    return files_at(partial(links.same_page, request, **{FIELDS: EVERY_FIELD[0]}))


def wants_every_field(request: HttpRequest) -> bool:
    return bool(request.GET.get(FIELDS))


def files_at(address: Callable[..., str]) -> list[links.PageLink]:
    """The files of a page whose `address` says which one is asked for."""
    return [links.PageLink(label, address(lang=get_language() or "", **{FORMAT: form})) for form, label in _FORMS]


def file_asked(
    request: HttpRequest, scope: Scope, tables: Mapping[str, Callable[[], PageTable]]
) -> HttpResponse | None:
    """The file that is asked for of one of the tables of a page; None where the page itself is."""
    form = one_of(request, FORMAT, ("", *(form for form, _label in _FORMS)))
    name = one_of(request, TABLE, tuple(tables) or ("",))
    if not form:
        return None
    if not tables:
        raise ValidationError({FORMAT: _("The page has no table here that a file could be of.")})
    if "page" in request.GET:
        raise ValidationError({"page": _("A file has all pages: leave “page” out.")})
    table = tables[name]()
    refuse_too_many(table.count or 0 if form == "xlsx" else 0)
    revision, columns = newest_revision(), table.in_files
    about = _about(request, scope, table, revision=revision) if form == "xlsx" else []

    def build_file() -> Iterator[bytes]:
        if form == "csv":
            return iter_csv(columns, table.chunks(), below=table.below)
        return iter_xlsx(columns, table.chunks(), about=about, below=table.below)

    period = str(scope.end_month or scope.year or "")
    name, title = (each if period in each else f"{each}-{period}" for each in (table.name, table.title))
    answer = file_response(request, form, build_file, name=name, title=title, revision=revision, using=get_read_alias())
    return cast(HttpResponse, answer)  # which views answer, but for Django's types


def _about(request: HttpRequest, scope: Scope, table: PageTable, *, revision: int) -> Lines:
    what: Lines = [(_("Table"), table.title)]
    if table.note:
        what.append(("", table.note))
    if scope.programme:
        months = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        what.append((_("Months"), months if scope.end_month else str(scope.programme.year)))
    what += [(_("Condition"), each) for each in (*(each.label for each in chips(request, scope)), *table.conditions)]
    if table.count is not None:
        rows = ngettext("%(count)s row", "%(count)s rows", table.count)
        what.append((_("Rows"), rows % {"count": formatting.count(table.count)}))
    amounts = _("Exact values in the unit of the head. A blank cell is what is not known, never zero.")
    return about_file(
        what,
        [(_("Amounts"), amounts), *_plans(scope, table), *_figures(request, scope, table)],
        table.in_files,
        request=request,
        revision=revision,
        address=_asking_again(request, scope),
    )


def _asking_again(request: HttpRequest, scope: Scope) -> str:
    """The page with the year and the months that it went by of itself: some time later these are others."""
    said = {"programme"} if _MONTHS & request.GET.keys() else _MONTHS | {"programme"}
    by_itself = {name: value for name, value in scope.parameters() if name in said - request.GET.keys()}
    return links.same_page(request, without=(*FILES, FIELDS), **by_itself)


def _plans(scope: Scope, table: PageTable) -> Lines:
    """What was published of the year's plan, where the table holds anything against one. Of a part of the list nothing was:
    what it is held against are the plans of its own entries.
    """
    if all(each.figure != Measure.DISBURSED_OF_PLAN for each in table.in_files):
        return []
    if not replace(scope, first_month=1).is_whole:
        return [(_("Annual plan"), formatting.sentence_case(_("these projects' own plans")))]
    plans = [said(each, "table") for each in scope.targets if each.measure == Measure.PLANNED_DISBURSEMENT]
    return [(each.kind, f"{each.text} {each.unit}", str(each.source.url)) for each in plans if not each.part]


def _figures(request: HttpRequest, scope: Scope, table: PageTable) -> Lines:
    """Each figure: what it is, and the page that shows where it is from, record by record."""
    names = dict.fromkeys(each.figure for each in table.in_files if each.figure)
    lines: Lines = [
        (
            formatting.sentence_case(str(FIGURES[name].label)),
            str(FIGURES[name].definition),
            request.build_absolute_uri(links.page("figure", name, query=scope.parameters(), filters=False)),
        )
        for name in names
    ]
    return [(), (_("Figure"), _("What it is"), _("Where the figures come from")), *lines] if lines else []
