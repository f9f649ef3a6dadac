"""The record of a project as SQL: each member as JSON and as cells of CSV.

A field of the model is written as its class is; what the record shows beside the model's fields stands in `members_of`. A
test holds that this and the API say the same of every project.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from projects.models import Enterprise, Project
from projects.models.base import own_fields
from projects.periods import partial_dates

from .sql_text import Dialect, Piece, Sql, cell, number_as_json, partial_date, word_as_json, written

_DATES = partial_dates(Project)
_FIELDS = own_fields(Project)
# the few that are looked up in tables of ready texts
REFERENCES = {each.name: each.related_model for each in _FIELDS if each.related_model not in (None, Enterprise)}
_CODE = Sql("p.code")


@dataclass(frozen=True)
class Member:
    """One member of a record. `needs` are the tables that it is read from, beside the project's own."""

    json: Callable[[Dialect], Sequence[Piece]]
    cells: Sequence[Piece]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What all rows of one file have in common. Texts of references are those of the form that is written."""

    address: tuple[str, str]  # of a project, before and after its code
    links: Mapping[str, str]  # addresses to which the code is added
    programme: int | None
    months: tuple[str | None, str | None]
    hidden: Collection[str]  # members that are null for this reader, such as names of persons
    references: Mapping[str, Mapping[int, str]]
    open_month: str | None = None  # how much of the last month is approved, if it is open
    parts: Mapping[str, int] = field(default_factory=dict)  # cells that each kind of reference takes


# where a line finds the money disbursed in the year
DISBURSED = Sql("d.total")


def members_of(found: Surroundings, disbursed: Sql = DISBURSED) -> dict[str, Member]:
    """Every member that can be asked for, by name."""
    first, last = found.months
    members = {
        "url": _said((found.address[0], _CODE, found.address[1])),
        "code": _said((_CODE,)),
        "enterprise": _enterprise(),
        "programme": _fixed(found.programme),
        "planned_disbursement": _number(Sql("e.plan"), "entry"),
        "status": _word("e.status", "entry"),
        "disbursed": _number(disbursed, "entry", "disbursed"),
        "disbursed_from": _fixed(first),
        "disbursed_through": _fixed(last),
        "open_month": _fixed(found.open_month),
        "links": Member(lambda _dialect: _links(found.links), ()),
    }
    for figure in Project.attributed:
        members[f"{figure}_source"] = _reference(f"{figure}_source", found.parts.get("source", 0))
    members |= {name: _fixed(None) for name in found.hidden}
    return {each.name: _of_field(each, found) for each in _FIELDS if each.name not in members} | members


def _of_field(field: models.Field, found: Surroundings) -> Member:
    column = f"p.{field.column}"
    if field.name in REFERENCES:
        return _reference(field.name, found.parts.get(field.name, 0))
    if field.name in _DATES:
        return _word(partial_date(column, f"{column}_precision"))
    if field.choices:
        return _word(f"NULLIF({column}, '')") if field.blank else _said((Sql(column),))
    if isinstance(field, models.CharField | models.TextField):
        return _text(column)
    if isinstance(field, models.DateField):
        return _word(f"CAST({column} AS text)")
    if isinstance(field, models.IntegerField):
        return _number(Sql(column))
    raise TypeError(f"projects/exports/project_sql.py: say in _of_field how {field} is written as SQL")


def _text(column: str) -> Member:
    return Member(lambda dialect: (Sql(dialect.text_as_json(column)),), (Sql(cell(column)),))


def _said(pieces: tuple[Piece, ...]) -> Member:
    """A word that is never missing."""
    return Member(lambda _dialect: ('"', *pieces, '"'), pieces)


def _word(word: str, *needs: str) -> Member:
    return Member(lambda _dialect: (Sql(word_as_json(word)),), (Sql(word),), needs)


def _number(number: Sql, *needs: str) -> Member:
    return Member(lambda _dialect: (Sql(number_as_json(number.text), number.values),), (number,), needs)


def _fixed(value: Any) -> Member:
    said = "null" if value is None else str(value) if isinstance(value, int) else f'"{value}"'
    return Member(lambda _dialect: (said,), ("" if value is None else str(value),))


def _reference(name: str, parts: int) -> Member:
    """Ready texts; without a reference `null`, or as many blank cells."""
    blank = "," * max(0, parts - 1)
    json = Sql(f"COALESCE(r_{name}.text, 'null')")
    needs = ("claims", name) if name.endswith("_source") else (name,)
    return Member(lambda _dialect: (json,), (Sql(f"COALESCE(r_{name}.text, '{blank}')"),), needs)


def _enterprise() -> Member:
    def json(dialect: Dialect) -> Sequence[Piece]:
        zh, en = (Sql(dialect.text_as_json(f"c.{name}")) for name in ("name_zh", "name_en"))
        known = written(['{"id":', Sql("c.id"), ',"name_zh":', zh, ',"name_en":', en, "}"])
        return (Sql(f"CASE WHEN c.id IS NULL THEN 'null' ELSE {known.text} END", known.values),)

    cells = (Sql("c.id"), ",", Sql(cell("c.name_zh")), ",", Sql(cell("c.name_en")))
    return Member(json, cells, ("enterprise",))


def _links(addresses: Mapping[str, str]) -> Sequence[Piece]:
    pieces: list[Piece] = []
    for name, address in addresses.items():
        pieces += [f'{"," if pieces else "{"}"{name}":"{address}', _CODE, '"']
    return (*pieces, "}")
