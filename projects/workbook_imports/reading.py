"""Reading: what an import remembers of how its workbook was read. `Import.reading` is one, as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from projects.imports.workbooks.checks import Check
from projects.imports.workbooks.head_rows import HeadRows

_ROWS_SHOWN, _BELOW_HEADS, _COLUMNS_SHOWN, _LONGEST_SHOWN = 12, 6, 30, 60


@dataclass(frozen=True)
class SheetRead:
    name: str
    is_hidden: bool


@dataclass(frozen=True)
class ColumnRead:
    """A column and what is asked of it: `certainty` is a `Certainty`, `question` a `Question` or empty, `unit` CNY."""

    letters: str
    head: str
    certainty: str
    field: str
    unit: int | None
    unit_from: str
    suggestions: tuple[str, ...]
    samples: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class RowLeftOut:
    """A row that is no record, counted from 1; `why` is a `LeftOut`."""

    row: int
    why: str
    text: str


@dataclass(frozen=True)
class Reading:
    """The sheets of the file, the columns of the one that was read, and the rows that were not. Rows count from 1."""

    sheets: tuple[SheetRead, ...] = ()
    columns: tuple[ColumnRead, ...] = ()
    left_out: tuple[RowLeftOut, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    lacks_key: bool = False
    head_rows: dict[str, int] = field(default_factory=dict)  # as a `HeadRows`
    corner: str = ""  # the cell that says the unit of the whole table
    first_rows: tuple[tuple[str, ...], ...] = ()  # of the sheet, as they stand
    merged: tuple[tuple[int, int, int, int], ...] = ()  # within these: top, left, bottom, right, counted from 0

    @classmethod
    def of_check(cls, check: Check) -> Self:
        return cls(
            sheets=tuple(SheetRead(each.name, each.is_hidden) for each in check.sheets),
            columns=tuple(
                ColumnRead(
                    letters=each.letters,
                    head=each.head,
                    certainty=each.certainty.value,
                    field=each.field,
                    unit=each.unit,
                    unit_from=each.unit_from,
                    suggestions=each.suggestions,
                    samples=each.samples,
                    question=each.question.value if each.question else "",
                )
                for each in check.columns
            ),
            left_out=tuple(RowLeftOut(each.row + 1, str(each.why.value), each.text) for each in check.left_out),
            hidden_rows=tuple(row + 1 for row in check.hidden_rows),
            lacks_key=check.lacks_key,
            **_sheet_of(check),
        )

    @classmethod
    def of_json(cls, said: dict[str, Any]) -> Self:
        if not said:
            return cls()
        return cls(
            sheets=tuple(SheetRead(**each) for each in said["sheets"]),
            columns=tuple(ColumnRead(**each) for each in said["columns"]),
            left_out=tuple(RowLeftOut(**each) for each in said["left_out"]),
            hidden_rows=tuple(said["hidden_rows"]),
            lacks_key=said["lacks_key"],
            head_rows=said.get("head_rows", {}),
            corner=said.get("corner", ""),
            first_rows=tuple(map(tuple, said.get("first_rows", ()))),
            merged=tuple(map(tuple, said.get("merged", ()))),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _sheet_of(check: Check) -> dict[str, Any]:
    """The first rows of the sheet as they stand, and which of them are the heads."""
    table, grid = check.table, check.table.grid
    records = check.heads["records"] if check.heads else table.bottom + 2
    height = min(max(_ROWS_SHOWN, records + _BELOW_HEADS), len(grid.rows))
    width = min(grid.width, _COLUMNS_SHOWN)
    return {
        "head_rows": HeadRows(table.top + 1, table.bottom + 1, records).as_json(),
        "corner": table.corner.place.address if table.corner else "",
        "first_rows": tuple(
            tuple(grid.text(row, column)[:_LONGEST_SHOWN] for column in range(width)) for row in range(height)
        ),
        "merged": tuple(
            (each.top, each.left, min(each.bottom, height - 1), min(each.right, width - 1))
            for each in grid.merged
            if each.top < height and each.left < width
        ),
    }
