"""Tables: lists of records and breakdowns. Columns are declared once; page, head, order, totals and files follow from them.

Declared here and not with django-tables2: its exports hold what a page shows, ours exact values under the question that
they answer, and its footer has one row, while a total stands here above how many records it covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, cast

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure, TextChoices, Unit
from projects.exports.columns import Cell, build_head, round_exactly
from projects.exports.files import CHUNK, FIRST_CHUNK
from projects.pagination import both_ways, sort_by_value
from projects.totals.figures import FIGURES, USUAL
from projects.totals.totals import Row

from . import formatting, links
from .decorators import get_order_parameter
from .figure_display import FigureDisplay, get_illustrative_words
from .list_pages import get_pages

# of a record: a path such as "entry.programme.year", or a function; None or '' where nothing is known
Value = str | Callable[[Any], Any]
FORMAT, TABLE, FIELDS = "format", "table", "fields"
FILES = (FORMAT, TABLE)  # the parameters of a page with files
FORMATS = {"xlsx": "Excel", "csv": "CSV"}


def get_value_of(record: Any, value: Value) -> Any:
    """Return what a column says of a record; None where something on the path is None. Methods are called."""
    if not isinstance(value, str):
        return value(record)
    for name in value.split("."):
        if record is None:
            return None
        record = getattr(record, name)
        record = record() if callable(record) else record
    return record


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of text.

    `value` is what a record has in it, which files hold and the table is ordered by, if `sort_value` says nothing else.
    `url` is where the value opens to, `unknown` why there is none. `template` writes the cell where that is not plain.
    `figure` is the measure whose total stands below. `on_page` and `in_file` leave a column out; `every_field` puts it into
    the file of all fields alone.
    """

    name: str = ""
    label: str
    value: Value
    url: Value | None = None
    unknown: str = ""
    sub: Value | None = None
    template: str = "tables/cell.html"
    sort_value: Value | None = None
    sortable: bool = True
    figure: str = ""
    css: str = ""
    under: str = ""
    on_page: bool = True
    in_file: bool = True
    every_field: bool = False

    numeric = False
    unit = ""  # of the numbers of a file
    number_format = ""  # of Excel
    codes = ()

    @property
    def head(self) -> str:
        """The head of the column in a file."""
        return build_head(self.label, self.unit)

    @property
    def classes(self) -> str:
        return " ".join(filter(None, (self.css, "r" if self.numeric else "")))

    def text(self, value: Any) -> str:
        """Return a value as the page shows it; '' where nothing is known."""
        return "" if value is None else str(value)

    def number(self, value: Any) -> Cell:
        """Return a value as a file holds it."""
        return self.text(value) or None

    def cell(self, record: Any) -> Cell:
        """Return what a file holds of a record."""
        return self.number(get_value_of(record, self.value))

    def sort_key(self, record: Any) -> Any:
        """Return what a record is ordered by; None for what has no value, which comes last."""
        key = get_value_of(record, self.sort_value or self.value)
        return key if key != "" else None


@dataclass(frozen=True, kw_only=True)
class ChoiceColumn(Column):
    """A column of one of `choices`, in words, in the order of their declaration."""

    choices: type[TextChoices]

    def text(self, value: Any) -> str:
        return str(self.choices(value).label) if value else ""

    def sort_key(self, record: Any) -> Any:
        key = super().sort_key(record)
        return self.choices.values.index(key) if key and not self.sort_value else key


@dataclass(frozen=True, kw_only=True)
class NumberColumn(Column):
    """A column of whole numbers; `signed` for differences."""

    signed: bool = False
    numeric = True
    number_format = "#,##0"

    def text(self, value: Any) -> str:
        write = formatting.signed_count if self.signed else formatting.count
        return "" if value is None else write(value)

    def number(self, value: Any) -> Cell:
        return None if value is None else round_exactly(Fraction(value))


@dataclass(frozen=True, kw_only=True)
class MoneyColumn(NumberColumn):
    """A column of CNY in the unit of a form of the page."""

    form: str = "table"
    unit: str = ""
    divisor: int = 1
    number_format: str = ""

    def __post_init__(self) -> None:
        # the unit of the request, which a file is streamed after
        object.__setattr__(self, "unit", formatting.money_unit(self.form))
        object.__setattr__(self, "divisor", formatting.unit_of(self.form))
        decimals = "0" * formatting.places_of(self.form)
        object.__setattr__(self, "number_format", f"#,##0.{decimals}".rstrip("."))

    def text(self, value: Any) -> str:
        write = formatting.signed_money if self.signed else formatting.money
        return "" if value is None else write(value, self.form)

    def number(self, value: Any) -> Cell:
        return None if value is None else round_exactly(Fraction(value) / self.divisor)


class ShareColumn(NumberColumn):
    """A column of shares of 1, in per cent."""

    number_format = "0.0"

    def text(self, value: Any) -> str:
        return formatting.share(value)

    def number(self, value: Any) -> Cell:
        """Return what the page shows, with its one decimal; the page of the figure has the numbers that are divided."""
        if value is None or abs(value) > formatting.HUNDREDFOLD:
            return None if value is None else round_exactly(Fraction(value) * 100)
        return Decimal(self.text(value).replace("−", "-").replace(",", ""))


class PointsColumn(ShareColumn):
    """A column of differences of two shares, in percentage points."""

    def text(self, value: Any) -> str:
        return formatting.points(value)


def project_columns(project: str, *, year: int | None = None, **options: Any) -> list[Column]:
    """Return the columns that say which project a record is of, by the path to it: its name with its code below, and both
    in files.
    """

    def url(record: Any) -> str:
        return links.project(get_value_of(record, f"{project}.code"), year=year)

    return [
        Column(
            name="code",
            label=_("Project"),
            value=f"{project}.name",
            url=url,
            sub=f"{project}.code",
            sort_value=f"{project}.code",
            **{"template": "tables/name.html", "css": "name"} | options,
        ),
        Column(label=_("Prefecture"), value=f"{project}.prefecture.name", on_page=False),
        Column(label=_("Project code"), value=f"{project}.code", on_page=False),
    ]


def basis_column(basis: Value, **options: Any) -> Column:
    """Return the column of the basis of a record, as its mark; a total has none."""
    return ChoiceColumn(
        name="basis", label=_("Basis"), value=basis, choices=Basis, **{"template": "tables/basis.html"} | options
    )


def build_number_column(unit: Unit, **options: Any) -> Column:
    """Return a column of exact amounts, or of whole numbers where the unit is none of money."""
    return MoneyColumn(form="precise", **options) if unit == Unit.CNY else NumberColumn(**options)


def illustrative_column(row_of: Value, measures: Sequence[Measure]) -> Column:
    """Return the column of files that says how much of each figure of a row is illustrative."""

    def basis(record: Any) -> str:
        row = get_value_of(record, row_of)
        if row is None:
            return ""
        marks = {measure: get_illustrative_words(row, measure) for measure in measures}
        if all(row.illustrative_share(measure) in (1, None) for measure in measures):
            return _("all illustrative")
        notes = [
            _("%(text)s (%(notes)s)") % {"text": name.header, "notes": mark} for name, mark in marks.items() if mark
        ]
        return formatting.clauses(notes) or _("No figure is based on illustrative records")

    return Column(label=_("Basis"), value=basis, on_page=False)


def figure_column(measure: Measure, row_of: Value, *, label: str = "", **options: Any) -> Column:
    """Return the column of a figure of the rows of a breakdown."""
    figure = FIGURES[measure]
    kind = ShareColumn if figure.ratio else MoneyColumn if measure.unit == Unit.CNY else NumberColumn

    def value(record: Any) -> Any:
        row = get_value_of(record, row_of)
        return None if row is None else get_value(row, measure)

    return kind(label=label or measure.header, value=value, figure=measure.value, **{"name": measure.value} | options)


def coverage_columns(name: str, label: str, measure: Measure, row_of: Value, **options: Any) -> list[Column]:
    """Return the column of '7/8' projects with data; files have it as two numbers, as 5/12 is a day of December there."""

    def share(record: Any) -> Fraction | None:
        row = get_value_of(record, row_of)
        figure = row.figures[measure] if row else None
        return Fraction(figure.known, figure.of) if figure and figure.of else None

    return [
        Column(name=name, label=label, value=share, css="cov", figure=measure.value, in_file=False, **options),
        *known_columns(measure.header, measure, row_of),
    ]


def known_columns(label: str, measure: Measure, row_of: Value, *, every_field: bool = False) -> list[Column]:
    """Return two columns for files: how many records of a row have a figure, of how many."""
    values, options = {"figure": label}, {"on_page": False, "every_field": every_field}

    def get_known(record: Any) -> int | None:
        return row.figures[measure].known if (row := get_value_of(record, row_of)) else None

    def get_of(record: Any) -> int | None:
        return row.figures[measure].of if (row := get_value_of(record, row_of)) else None

    return [
        NumberColumn(label=_("%(figure)s: projects with data") % values, value=get_known, **options),
        NumberColumn(label=_("%(figure)s: of projects") % values, value=get_of, **options),
    ]


def get_value(row: Row, measure: str) -> int | Fraction | None:
    """Return a figure of a row; of a ratio the share, None where it is withheld."""
    figure = row.figures[measure]
    return figure.ratio if FIGURES[measure].ratio else figure.value


class BoundCell(NamedTuple):
    """The cell of a record in a column of a page."""

    column: Column
    record: Any

    @property
    def value(self) -> Any:
        return get_value_of(self.record, self.column.value)

    @property
    def text(self) -> str:
        return self.column.text(self.value)

    @property
    def url(self) -> str:
        return get_value_of(self.record, self.column.url) if self.column.url else ""

    @property
    def sub(self) -> str:
        return get_value_of(self.record, self.column.sub) if self.column.sub else ""


class BoundRow(NamedTuple):
    """A record with its cells, and its `id` in the page."""

    record: Any
    cells: list[BoundCell]
    id: str


@dataclass(eq=False)
class Table:
    """A table of a page: `records` in the order that the request asks for.

    `records` may be read in slices, as a list is. They come in the order of `order` if that is given; else they are ordered
    here by the parameter `parameter`, usually as they are. `whole` has the figures that stand below, `total` is a record of
    all. `name` is the name of its file, `title` and `note` what that says of itself, `label` what the page calls the table.
    `group` is what keeps records together in every order. `conditions` are those of the table alone. `alone`: it is the
    only one of its page that has files.
    `below` returns the rows that stand below in a file, where neither says them.
    """

    request: HttpRequest
    name: str
    title: str
    columns: list[Column]
    records: Sequence[Any]
    _: KW_ONLY
    parameter: str = "sort"
    usual: str = ""
    order: str | None = None
    extra_orders: Sequence[str] = ()
    group: Callable[[Any], Any] | None = None
    whole: Row | None = None
    total: Any = None
    label: str = ""
    caption: str = ""
    css: str = ""
    note: str = ""
    conditions: Sequence[str] = ()
    row_id: Callable[[Any], str] | None = None
    paginated: bool = False
    size: int | None = None
    place: str = ""
    form: str = "table"
    alone: bool = True
    below: Callable[[Sequence[Column]], list[list[Cell]]] | None = None

    def __post_init__(self) -> None:
        self.label, self.caption = self.label or self.title, self.caption or self.title
        if self.order is None:
            names = [column.name for column in self.page_columns if column.name and column.sortable]
            orders = (self.usual, *both_ways(names))
            self.order = get_order_parameter(
                self.request, self.parameter, orders, otherwise=both_ways(self.extra_orders)
            )
            records = self._sort(self.records, self.order)
            self.records = sorted(records, key=self.group) if self.group else records
        self.pages = get_pages(self.request, len(self.records)) if self.paginated else None

    def _sort(self, records: Sequence[Any], order: str) -> Sequence[Any]:
        name = order.removeprefix("-")
        column = next((each for each in self.page_columns if name and each.name == name), None)
        if column is None:
            return records
        return sort_by_value(records, column.sort_key, descending=order.startswith("-"))

    @cached_property
    def page_columns(self) -> list[Column]:
        return [column for column in self.columns if column.on_page]

    def file_columns(self, *, every_field: bool = False) -> list[Column]:
        return [each for each in self.columns if each.in_file and (every_field or not each.every_field)]

    @property
    def heads(self) -> Iterator[tuple[Column, str, str]]:
        """Yield each column with the address that orders by it, '' where nothing can, and its `aria-sort`.

        The first click orders figures downwards, all else upwards.
        """
        for column in self.page_columns:
            url = direction = ""
            if column.name and column.sortable:
                up, down = column.name, f"-{column.name}"
                first, other = (down, up) if column.numeric else (up, down)
                url = links.same_page(self.request, **{self.parameter: other if self.order == first else first})
                url += f"#{self.place}" if self.place else ""
                direction = {up: "ascending", down: "descending"}.get(cast(str, self.order), "")
            yield column, url, direction

    @cached_property
    def shown_records(self) -> Sequence[Any]:
        """The records of this page of the list."""
        if self.pages:
            return self.records[self.pages.first - 1 : self.pages.last]
        return self.records if self.size is None else self.records[: self.size]

    @property
    def rows(self) -> Iterator[BoundRow]:
        for record in self.shown_records:
            cells = [BoundCell(column, record) for column in self.page_columns]
            yield BoundRow(record, cells, self.row_id(record) if self.row_id else "")

    @property
    def total_cells(self) -> list[BoundCell]:
        """The cells of the record of all; the first column has its name."""
        return [BoundCell(column, self.total) for column in self.page_columns[1:]]

    @property
    def foot(self) -> list[tuple[Column, FigureDisplay | None]]:
        """The columns from the first that has a total, each with its total."""
        return [
            (
                column,
                FigureDisplay(self.whole, column.figure, form=self.form) if self.whole and column.figure else None,
            )
            for column in self.page_columns[self.label_span :]
        ]

    @property
    def label_span(self) -> int:
        """How many columns stand before the first that has a total."""
        return next((place for place, column in enumerate(self.page_columns) if column.figure), 1)

    @property
    def count(self) -> FigureDisplay:
        """How many projects there are together."""
        return FigureDisplay(cast(Row, self.whole), Measure.PROJECT_COUNT)

    @property
    def other_figures(self) -> list[FigureDisplay]:
        """The usual figures of all that have no column."""
        names = {Measure.PROJECT_COUNT, *(column.figure for column in self.columns)}
        others = [FigureDisplay(cast(Row, self.whole), name, form=self.form) for name in USUAL if name not in names]
        return [figure for figure in others if figure.value is not None]

    def chunks(self) -> Iterator[Sequence[Any]]:
        """Yield all records, few at a time."""
        first, last = 0, FIRST_CHUNK
        while records := self.records[first:last]:
            yield records
            first, last = last, last + CHUNK

    def rows_below(self, columns: Sequence[Column]) -> list[list[Cell]]:
        """Return the totals as the rows of a file, each with how many records it covers."""
        if self.below is not None:
            return self.below(columns) if len(self.records) else []
        if self.total is not None:
            return [[_("Total"), *(column.cell(self.total) for column in columns[1:])]]
        if self.whole is None or not self.records:
            return []
        figures = [self.whole.figures[column.figure] if column.figure else None for column in columns[1:]]
        values = [self._total_of(column) for column in columns[1:]]
        return [
            [_("Total"), *values],
            [_("Projects with data"), *(figure.known if figure else None for figure in figures)],
            [_("of projects"), *(figure.of if figure else None for figure in figures)],
        ]

    def _total_of(self, column: Column) -> Cell:
        if not column.figure:
            return None
        value = get_value(cast(Row, self.whole), column.figure)
        return column.number(value) if column.numeric else cast(Cell, value)

    @property
    def files(self) -> list[links.PageLink]:
        """The files of the table, at the page's own address; none of an empty one."""
        if not len(self.records):
            return []
        own = {"lang": get_language() or ""} | ({} if self.alone else {TABLE: self.name})
        files = [
            links.PageLink(label, links.same_page(self.request, **own, **{FORMAT: form}))
            for form, label in FORMATS.items()
        ]
        if any(column.every_field for column in self.columns):
            every = _("%(form)s with every field")
            files += [
                links.PageLink(
                    every % {"form": label}, links.same_page(self.request, **own, **{FORMAT: form, FIELDS: "all"})
                )
                for form, label in FORMATS.items()
            ]
        return files
