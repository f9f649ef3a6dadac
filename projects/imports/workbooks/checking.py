"""Checking: from a file, or from pasted cells, to what would be written of it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.history.revisions import acting_as
from projects.models import Programme
from projects.periods import Month

from .checks import Check, CheckState
from .choices import Choices
from .fields import ABOUT, WorkbookKind
from .head_rows import HeadRows
from .judging import Judge
from .limits import refusal
from .mapping import ColumnMapping, is_ready, letters_in, proposed, readings
from .opening import Book
from .register_rows import RegisterRows
from .report_rows import MayEdit, ReportRows
from .row_reading import rows_of
from .tables import NO_TABLE, Table, table_in
from .vocabulary import Vocabulary

_LOOKED_AT = 5  # sheets; another one can be named
OF_ANOTHER_KIND = _(
    "This workbook was made for “%(made)s”, and is sent as “%(asked)s”. Choose “%(made)s” and send it again, or fill in "
    "that for “%(asked)s”."
)
NEEDS_MONTH = _("Say of which month the reports are.")
OF_ANOTHER_YEAR = _(
    "This workbook was made for %(year)s, and is sent for %(asked)s. Choose %(year)s, or fill in that of %(asked)s."
)
OF_ANOTHER_MONTH = _(
    "This workbook was made for the reports of %(made)s, and is sent for those of %(asked)s. Choose %(made)s, or fill in "
    "that of %(asked)s."
)


def check(
    book: Book,
    *,
    kind: str,
    programme: Programme,
    user: Any,
    month: int | None = None,
    sheet: str | None = None,
    heads: Any = None,
    mapping: Any = None,
    choices: Choices | None = None,
    refused: Collection[int] | None = None,
    may_edit: MayEdit,
) -> Check:
    """What the rows of a sheet would write for a user: of those that are not hidden the first with a table
    of known columns, unless `sheet` names another. `heads` (as `HeadRows.as_json` gives it) says in which rows they are,
    `choices` what was answered where it asks. `refused` are the rows that a check before this one refused, for a caller
    that asks the records of all others when they are written.

    Without a `mapping` (as `ColumnMapping.as_json` gives it) the heads alone must say everything; where they do not, the
    state is `needs_mapping` and no row is read. Raises `ValidationError` for a file that is not to be read, and by
    column for a mapping that does not fit it.
    """
    _refuse_made_for_another(book, kind, programme, month)
    if kind == WorkbookKind.REPORTS and month is None:
        raise ValidationError(NEEDS_MONTH, code="needs_month")
    vocabulary = Vocabulary(kind, programme.year, month)
    table = _table(book, vocabulary, sheet, heads)
    found = readings(table, vocabulary)
    confirmed = (
        proposed(found) if mapping is None else ColumnMapping.of_json(mapping, kind=kind, letters=letters_in(table))
    )
    is_asked = mapping is None and not is_ready(found)
    result = Check(
        CheckState.NEEDS_MAPPING if is_asked else CheckState.READY,
        kind,
        sheets=book.sheets,
        columns=found,
        mapping=confirmed,
        table=table,
        heads=heads,
    )
    if not is_asked:
        rows = list(rows_of(table, confirmed, kind=kind, year=programme.year))
        judge = Judge.of(user, choices or Choices(), refused, {each.field for _column, each in confirmed})
        with acting_as(user):
            if month is not None and kind == WorkbookKind.REPORTS:
                ReportRows(programme, month, user, may_edit=may_edit, judge=judge).judge(rows)
            else:
                RegisterRows(programme, user, judge).judge(rows)
        result.rows = rows
    return result


def _refuse_made_for_another(book: Book, kind: str, programme: Programme, month: int | None) -> None:
    """What we made to be filled in says of which kind, year and month it is."""
    if not any(each.name == ABOUT and each.is_hidden for each in book.sheets):
        return
    about = book.grid(ABOUT)
    said = {about.text(row, 0): about.text(row, 1) for row in range(len(about.rows))}
    made, year, of_month = (said.get(name, "") for name in ("kind", "programme", "month"))
    if made in WorkbookKind.values and made != kind:
        raise refusal(OF_ANOTHER_KIND, "other_kind", made=WorkbookKind(made).label, asked=WorkbookKind(kind).label)
    if year.isdecimal() and year != str(programme.year):
        raise refusal(OF_ANOTHER_YEAR, "other_year", year=year, asked=programme.year)
    if of_month and month and of_month != (asked := str(Month(programme.year, month))):
        raise refusal(OF_ANOTHER_MONTH, "other_month", made=of_month, asked=asked)


def table_of(
    book: Book, *, kind: str, programme: Programme, month: int | None, sheet: str | None, heads: Any = None
) -> Table:
    """The table that `check` would read. Raises as it does."""
    return _table(book, Vocabulary(kind, programme.year, month), sheet, heads)


def _table(book: Book, vocabulary: Vocabulary, sheet: str | None, heads: Any) -> Table:
    if sheet is None:
        found = _first_table(book, vocabulary)
        if heads is None:
            return found
        grid = found.grid  # a table as text has no name by which its one sheet could be asked for
    else:
        grid = book.grid(sheet)
    return table_in(grid, vocabulary, None if heads is None else HeadRows.of_json(heads, grid), anyhow=True)


def _first_table(book: Book, vocabulary: Vocabulary) -> Table:
    """Of the sheets that are not hidden the first in which a column is known, else the first with a table at all, else the
    first that says anything: its heads are asked.
    """
    visible = [each.name for each in book.sheets if not each.is_hidden] or [book.sheets[0].name]
    grids = [book.grid(name) for name in visible[:_LOOKED_AT]]
    first = None
    for anyhow in (False, True):
        for grid in grids:
            try:
                table = table_in(grid, vocabulary, anyhow=anyhow)
            except ValidationError as error:
                if error.code != "no_table":
                    raise
                continue
            if any(vocabulary.field_of(column.parts) for column in table.columns):
                return table
            first = first or table
        if first is not None:
            return first
    raise ValidationError(NO_TABLE, code="no_table")
