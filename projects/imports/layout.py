"""File layout of a register directory: its files, and the columns of each.

Every column is wanted in the header except those marked optional; a column that is not in the file leaves what is
stored alone, a blank cell means 'not known'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from django.db import models

from projects.choices import Basis, ListStatus, ProjectKind, Relation, ReportState, TargetKind
from projects.models import Project
from projects.models.attribution import ReporterField
from projects.models.base import own_fields
from projects.models.fields import AmountField, NationalCodeField

from . import cells


@dataclass(frozen=True)
class CsvColumn:
    """One column. `filled`: a blank cell is a problem; `optional`: the file may lack it."""

    name: str
    read: cells.Reader = cells.text
    filled: bool = False
    optional: bool = False


@dataclass(frozen=True)
class FileLayout:
    """One file. No two of its rows have the same values in the `key` columns.

    `fields` says which column a field of a record comes from, where the names differ; a fault found in a column is not
    reported when it only follows from a fault in one that it `follows`. `plain` are the columns that are a field of the
    record each, and nothing else.
    """

    name: str
    columns: tuple[CsvColumn, ...]
    key: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()

    def column_of(self, field_name: str) -> str:
        """The column in which an error of a model's field is shown."""
        column = self.fields.get(field_name, field_name)
        return column if any(each.name == column for each in self.columns) else self.key[0]


def _filled(name: str, read: cells.Reader = cells.text) -> CsvColumn:
    return CsvColumn(name, read, filled=True)


def _optional(name: str, read: cells.Reader = cells.text) -> CsvColumn:
    return CsvColumn(name, read, optional=True)


def _in_languages(name: str) -> tuple[CsvColumn, ...]:
    """A text in either language, and columns for one or both of them."""
    return CsvColumn(name), _optional(f"{name}_zh"), _optional(f"{name}_en")


_SOURCE = (CsvColumn("source_url"), CsvColumn("source_date", cells.partial_date))
_NEEDED_SOURCE = (_filled("source_url"), CsvColumn("source_date", cells.partial_date))
_NAMES = (_filled("name_zh"), CsvColumn("name_en"))
_SOURCE_FIELDS = {"source": "source_url", "url": "source_url", "published": "source_date"}
_SOURCE_FOLLOWS = {"source_url": ("source_date", "basis", "code")}

SECTORS = FileLayout(
    "sectors.csv", (_filled("code", cells.reference_code), *_NAMES, CsvColumn("order", cells.whole_number)), ("code",)
)
CHAIN_LINKS = FileLayout(
    "chain_links.csv",
    (
        _filled("sector", cells.reference_code),
        _filled("code", cells.reference_code),
        *_NAMES,
        CsvColumn("order", cells.whole_number),
    ),
    ("code",),
)
PREFECTURES = FileLayout("prefectures.csv", (_filled("adcode"), *_NAMES), ("adcode",))
PROGRAMMES = FileLayout("programmes.csv", (_filled("year", cells.whole_number), *_NAMES), ("year",))
TARGETS = FileLayout(
    "targets.csv",
    (
        _filled("year", cells.whole_number),
        _filled("metric", cells.metric),
        _filled("kind", cells.one_of(TargetKind)),
        _filled("relation", cells.one_of(Relation)),
        _filled("value", cells.amount),
        _filled("unit"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
        _optional("sector", cells.reference_code),
    ),
    ("year", "metric", "kind", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"programme": "year", "measure": "metric", "through_month": "metric"},
    follows={"unit": ("metric",)},
)
CLAIMS = FileLayout(
    "claims.csv",
    (
        _filled("code", cells.code),
        _filled("figure", cells.claim_figure),
        _filled("value"),
        _filled("unit"),
        *_in_languages("scope"),
        *_NEEDED_SOURCE,
        *_in_languages("note"),
    ),
    ("code", "figure", "scope", "scope_zh", "scope_en", "source_url", "source_date"),
    fields=_SOURCE_FIELDS | {"project": "code", "amount": "value", "stated": "value", "year": "figure"},
    follows={"unit": ("figure",), "value": ("figure", "unit")},
)


_READERS: Mapping[type[models.Field], cells.Reader] = {
    AmountField: cells.amount,
    models.IntegerField: cells.whole_number,
    models.DateField: cells.day,
    NationalCodeField: cells.national_code,
    models.CharField: cells.text,
    models.TextField: cells.text,
}


def with_other_fields(sheet: FileLayout, model: type[models.Model]) -> FileLayout:
    """Also an optional column for each field of the model that the sheet says nothing of, so that a new field is loaded."""
    known = {column.name for column in sheet.columns} | sheet.fields.keys()
    others = [each for each in own_fields(model) if each.name not in known and not isinstance(each, ReporterField)]
    columns = tuple(_optional(each.name, _reader_of(each)) for each in others)
    return replace(sheet, columns=(*sheet.columns, *columns), plain=tuple(each.name for each in others))


def _reader_of(of: models.Field) -> cells.Reader:
    reader = next((_READERS[each] for each in type(of).__mro__ if each in _READERS), None)
    if reader is None or of.choices:
        raise TypeError(f"projects/imports/layout.py: {of} needs a column of its own, with its reader")
    return reader


@cache
def projects_of(year: int) -> FileLayout:
    """The list of one year's programme."""
    sheet = FileLayout(
        f"projects_{year}.csv",
        (
            _filled("code", cells.code),
            *_NAMES,
            CsvColumn("enterprise_zh"),
            CsvColumn("enterprise_en"),
            CsvColumn("prefecture"),
            *_in_languages("county"),
            _filled("sector", cells.reference_code),
            CsvColumn("chain_link", cells.reference_code),
            _filled("kind", cells.one_of(ProjectKind)),
            CsvColumn("total_investment", cells.amount),
            CsvColumn(f"planned_disbursement_{year}", cells.amount),
            CsvColumn("expected_revenue", cells.amount),
            CsvColumn("transferred", cells.transferred),
            CsvColumn("source_province", cells.province),
            CsvColumn("start", cells.partial_date),
            CsvColumn("finish", cells.partial_date),
            _filled("basis", cells.one_of(Basis)),
            *_SOURCE,
            *_in_languages("note"),
            _optional("status", cells.one_of(ListStatus)),
            _optional("joined", cells.day),
            _optional("left", cells.day),
        ),
        ("code",),
        fields=_SOURCE_FIELDS | {"planned_disbursement": f"planned_disbursement_{year}", "enterprise": "enterprise_zh"},
        follows=_SOURCE_FOLLOWS
        | {
            "chain_link": ("sector",),
            "source_province": ("transferred",),
            "finish": ("start",),
            "left": ("joined",),
        },
    )
    return with_other_fields(sheet, Project)


def reports_of(year: int) -> FileLayout:
    """The monthly reports of one year."""
    return FileLayout(
        f"monthly_reports_{year}.csv",
        (
            _filled("code", cells.code),
            _filled("month", cells.month),
            CsvColumn("disbursed", cells.amount),
            _filled("basis", cells.one_of(Basis)),
            _optional("enterprises_attracted", cells.whole_number),
            _optional("state", cells.one_of(ReportState)),
            _optional("source_url"),
            _optional("source_date", cells.partial_date),
        ),
        ("code", "month"),
        fields=_SOURCE_FIELDS | {"entry": "code"},
        follows=_SOURCE_FOLLOWS | {"disbursed": ("state",)},
    )
