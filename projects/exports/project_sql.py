"""What is shown of a project, as SQL: each member of its record as JSON and as cells of CSV.

The record of the API says what there is to show; a test holds that both say the same of every project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projects.models import Project
from projects.models.attribution import reporter_of

from .sql_text import Dialect, Piece, Sql, cell, number_as_json, partial_date, word_as_json, written

REFERENCES = ("sector", "chain_link", "prefecture", "source")  # looked up in tables of ready texts
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
    public: bool  # never reads a person's name
    references: Mapping[str, Mapping[int, str]]
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
        "source_province": _word("NULLIF(p.source_province, '')"),
        "start": _word(partial_date("p.start", "p.start_precision")),
        "finish": _word(partial_date("p.finish", "p.finish_precision")),
        "programme": _fixed(found.programme),
        "planned_disbursement": _number(Sql("e.planned_disbursement"), "entry"),
        "status": _word("e.status", "entry"),
        "disbursed": _number(disbursed, "entry", "disbursed"),
        "disbursed_from": _fixed(first),
        "disbursed_through": _fixed(last),
        "links": Member(lambda _dialect: _links(found.links), ()),
    }
    members |= {
        name: _text(f"p.{name}") for name in ("name_zh", "name_en", "county_zh", "county_en", "note_zh", "note_en")
    }
    members |= {name: _said((Sql(f"p.{name}"),)) for name in ("kind", "transferred", "basis")}
    members |= {name: _number(Sql(f"p.{name}")) for name in ("total_investment", "expected_revenue")}
    for figure in Project.attributed:
        reporter = reporter_of(figure)
        members[reporter] = _fixed(None) if found.public else _text(f"p.{reporter}")
        members[f"{figure}_source"] = _reference(f"{figure}_source", found.parts.get("source", 0))
    members |= {name: _reference(name, found.parts.get(name, 0)) for name in REFERENCES}
    return members


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
