"""The record of a project as SQL: what each of its members is read from.

`api.serializers.projects.ProjectRecord` declares the members and their order. A field of the model is written as its class
is; a member that is none has its line in `_BESIDE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from projects.access import Access
from projects.database.sql import Sql, joined
from projects.models import Project, Source
from projects.totals.span import Span

from .member_sql import Pieces

if TYPE_CHECKING:
    from .project_lines import ProjectLine

VERSION = "\x01"  # stands where the version will: no text of JSON has this character
CODE = Sql("p.code")
SOURCES = {f"{figure}_source": figure for figure in Project.attributed}
_FIELDS = {field.name: field for field in Project._meta.concrete_fields}


@dataclass(frozen=True)
class RecordContext:
    """What lines have in common, whichever rows they are about: the SQL that writes them follows from it."""

    names: tuple[str, ...]  # of the members that are shown, in their order
    hidden: frozenset[str]  # members that are null for this reader, such as names of persons
    short: tuple[tuple[type[models.Model], tuple[str, ...]], ...]  # members of records that others name
    address: tuple[str, str]  # of a project, before and after its code
    links: tuple[tuple[str, str], ...]  # addresses to which the code is added
    in_chinese: bool
    access: Access
    span: Span
    months: tuple[str | None, str | None]
    open_month: str | None  # how much of the last month is approved, if it is open


def member(name: str, row: ProjectLine) -> Pieces:
    """A member of the line that `row` writes, which finds what the project's own columns do not say."""
    if name in row.found.hidden:
        return row.form.fixed(None)
    if name in SOURCES:
        return row.reference(name, Source, row.source_of(SOURCES[name]))
    if name in _BESIDE:
        return _BESIDE[name](row)
    field = _FIELDS[name]
    if field.related_model:
        return row.reference(name, field.related_model, Sql(f"p.{field.column}"))
    return row.form.field(field, "p")


def _links(row: ProjectLine) -> Pieces:
    return row.form.record({name: row.form.said((address, CODE)) for name, address in row.found.links})


def _percent_of_plan(row: ProjectLine) -> Pieces:
    """Money disbursed in percent of the annual plan, of whoever has both: one decimal, half up, as pages show it."""
    plan, done = row.entry("plan"), joined(["CAST(", row.disbursed(), " AS bigint)"])
    half = joined(["CASE WHEN ", done, " < 0 THEN -1 ELSE 1 END * ", plan])
    tenths = joined(["(2000 * ", done, " + ", half, ") / (2 * NULLIF(", plan, ", 0))"])
    return row.form.number(joined(["ROUND(", tenths, " / 10.0, 1)"]))


_BESIDE: Mapping[str, Callable[[Any], Pieces]] = {
    "version": lambda row: row.form.fixed(VERSION),
    "url": lambda row: row.form.said((row.found.address[0], CODE, row.found.address[1])),
    "code": lambda row: row.form.said((CODE,)),
    "programme": lambda row: row.form.fixed(row.found.span.year),
    "planned_disbursement": lambda row: row.form.number(row.entry("plan")),
    "status": lambda row: row.form.word(row.entry("status").text),
    "disbursed": lambda row: row.form.number(row.disbursed()),
    "disbursed_of_plan": _percent_of_plan,
    "disbursed_from": lambda row: row.form.fixed(row.found.months[0]),
    "disbursed_through": lambda row: row.form.fixed(row.found.months[1]),
    "open_month": lambda row: row.form.fixed(row.found.open_month),
    "links": _links,
}
COLUMNS: Sequence[str] = [field.attname for field in Project._meta.concrete_fields]
